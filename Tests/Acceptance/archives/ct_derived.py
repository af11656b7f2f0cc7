"""Twelve derived coronal CT slices whose writer took care: they say all that the Enhanced CT class asks of a derived image. In
another series slices of the same kind without Irradiation Event UID, which therefore do not."""

from archives.ct_axial import axial
from archives.instance import Folder, code, place, referenced, uid
from sop_classes import CT

STUDY = "ct derived"


def coronal(number, series):
    found = axial(number, STUDY, 64)
    found.SeriesInstanceUID, found.SOPInstanceUID = uid(STUDY, series), uid(STUDY, series, number)
    found.SeriesDescription = series
    found.ImageType = ["DERIVED", "SECONDARY", "AXIAL", "MPR"]
    place(found, (-48, -60 + 3 * number, 40), orientation=(1, 0, 0, 0, 0, -1), thickness=3)
    found.ContentQualification = "RESEARCH"
    found.DerivationDescription = "Coronal reformat"
    found.DerivationCodeSequence = [code("113072", "DCM", "Multiplanar reformatting")]
    purpose = [code("121322", "DCM", "Source image for image processing operation")]
    found.SourceImageSequence = [
        referenced(CT, uid(STUDY, "axial", source), PurposeOfReferenceCodeSequence=purpose) for source in (1, 2)
    ]
    del found.ContrastBolusAgent
    return found


def build(root):
    folder = Folder(root)
    for number in (1, 2):
        folder.write(f"axial/{number}.dcm", axial(number, STUDY, 64))
    for number in range(1, 13):
        folder.write(f"coronal/{number}.dcm", coronal(number, "coronal"))
        poorer = coronal(number, "poorer")
        del poorer.IrradiationEventUID
        folder.write(f"poorer/{number}.dcm", poorer)
