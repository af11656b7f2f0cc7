"""An MR series of 12 places, each at two echo times."""

from sop_classes import MR

from archives.instance import Folder, give_pixels, instance, picture, place

STUDY = "mr two echoes"


def slice_at(study, series, number, place_index, echo=1, series_number=4):
    found = instance(MR, "MR", study, series, number, series_number=series_number)
    found.ImageType, found.BodyPartExamined = ["ORIGINAL", "PRIMARY", "M", "SE"], "BRAIN"
    found.ScanningSequence, found.SequenceVariant, found.ScanOptions, found.MRAcquisitionType = "SE", "SK", "", "2D"
    found.RepetitionTime, found.EchoTime, found.EchoNumbers, found.EchoTrainLength = "3000", str(10 * echo), echo, 8
    found.NumberOfAverages, found.ImagingFrequency, found.ImagedNucleus = "1", "63.86", "1H"
    found.MagneticFieldStrength, found.SpacingBetweenSlices, found.FlipAngle = "1.5", "6", "90"
    found.PixelBandwidth, found.AcquisitionMatrix, found.SAR = "122", [64, 0, 0, 64], "0.5"
    found.InPlanePhaseEncodingDirection, found.VariableFlipAngleFlag, found.ReceiveCoilName = "ROW", "N", "HEAD"
    place(found, (-30, -30, -50 + 6 * place_index), spacing=(0.9375, 0.9375), thickness=5)
    found.WindowCenter, found.WindowWidth = str(500 + number), "900"
    give_pixels(found, picture(64, 64, number))
    return found


def build(root):
    folder = Folder(root)
    number = 0
    for place_index in range(12):
        for echo in (1, 2):
            number += 1
            folder.write(f"{number % 5}/{number}", slice_at(STUDY, "spin echo", number, place_index, echo))
