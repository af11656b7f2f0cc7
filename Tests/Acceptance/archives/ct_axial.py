"""30 axial CT slices that name their localizer, and the localizer, which names the first and the last of them."""

from sop_classes import CT

from archives.instance import Folder, code, give_pixels, instance, picture, place, referenced, uid

STUDY = "ct axial"
SLICES = 30


def axial(number, study=STUDY, size=128):
    """Slice `number` from 1."""
    found = instance(CT, "CT", study, "axial", number, series_number=2)
    found.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    found.BodyPartExamined, found.ScanOptions, found.KVP = "CHEST", "HELICAL MODE", "120"
    found.DataCollectionDiameter, found.ReconstructionDiameter, found.GantryDetectorTilt = "500", "96", "0"
    found.ExposureTime, found.XRayTubeCurrent, found.Exposure = 500, 280 + number % 7, 140 + number % 5
    found.ConvolutionKernel, found.FilterType, found.RotationDirection = "STANDARD", "BODY FILTER", "CW"
    found.IrradiationEventUID = uid(study, "irradiation event")
    place(found, (-48, -48, -80.5 - 2.5 * number))
    found.RescaleIntercept, found.RescaleSlope, found.RescaleType = "-1024", "1", "HU"
    found.WindowCenter, found.WindowWidth = ["40", "-600"], ["400", "1500"]
    found.WindowCenterWidthExplanation = ["MEDIASTINUM", "LUNG"]
    found.BurnedInAnnotation, found.LossyImageCompression, found.ContrastBolusAgent = "NO", "00", ""
    give_pixels(found, picture(size, size, number))
    return found


def build(root):
    folder = Folder(root)
    localizer = instance(CT, "CT", STUDY, "localizer", 1)
    for number in range(1, SLICES + 1):
        found = axial(number)
        purpose = [code("121311", "DCM", "Localizer")]
        found.ReferencedImageSequence = [
            referenced(CT, localizer.SOPInstanceUID, PurposeOfReferenceCodeSequence=purpose)
        ]
        folder.write(f"axial/{(number * 7) % 31:03d}.dcm", found)
    localizer.ImageType, localizer.BodyPartExamined, localizer.KVP = ["ORIGINAL", "PRIMARY", "LOCALIZER"], "CHEST", "120"
    place(localizer, (-64, 0, 20), orientation=(1, 0, 0, 0, 0, -1), spacing=(1, 1), thickness=400)
    localizer.RescaleIntercept, localizer.RescaleSlope, localizer.RescaleType = "-1024", "1", "HU"
    localizer.WindowCenter, localizer.WindowWidth = "40", "400"
    localizer.ReferencedImageSequence = [
        referenced(CT, axial(number).SOPInstanceUID) for number in (1, SLICES)
    ]
    give_pixels(localizer, picture(128, 128, 500))
    folder.write("localizer", localizer)
