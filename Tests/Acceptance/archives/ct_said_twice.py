"""CT slices that say what multi-frame images say elsewhere, or have no place for: a side beside the body part, a contrast agent as a
code alone, lists of references that are empty, references within another sequence, and one text in two character sets."""

from sop_classes import ENHANCED_MR

from archives.ct_axial import axial
from archives.instance import Folder, code, item, referenced, uid

STUDY = "ct said twice"


def of_series(number, series):
    found = axial(number, STUDY, 48)
    found.SeriesInstanceUID, found.SOPInstanceUID = uid(STUDY, series), uid(STUDY, series, number)
    found.SeriesDescription = series
    return found


def build(root):
    folder = Folder(root)
    for number in range(1, 5):
        found = of_series(number, "knee")
        found.BodyPartExamined, found.Laterality = "KNEE", "L"
        folder.write(f"knee/{number}.dcm", found)
    for number in range(1, 5):
        found = of_series(number, "contrast")
        found.ContrastBolusAgent, found.ContrastBolusVolume = "Iohexol", "100"
        found.ContrastBolusAgentSequence = [code("C-B0322", "SRT", "Iohexol")]
        folder.write(f"contrast/{number}.dcm", found)
    for number in range(1, 5):
        found = of_series(number, "alternate form")
        found.RelatedSeriesSequence = [item(
            StudyInstanceUID=uid(STUDY), SeriesInstanceUID=uid(STUDY, "elsewhere"),
            PurposeOfReferenceCodeSequence=[code("121326", "DCM", "Alternate SOP Class instance")],
            ReferencedImageSequence=[
                referenced(ENHANCED_MR, uid(STUDY, "elsewhere", 1), ReferencedFrameNumber=number)
            ],
        )]  # fmt: skip
        folder.write(f"alternate/{number}.dcm", found)
    for number in range(1, 5):
        found = of_series(number, "empty lists")
        found.ReferencedImageSequence = []
        if number % 2:
            found.SourceImageSequence = []
        folder.write(f"empty/{number}.dcm", found)
    for number in range(1, 5):
        found = of_series(number, "Übersicht")
        found.SpecificCharacterSet = "ISO_IR 100" if number % 2 else "ISO_IR 192"
        found.PatientName, found.ProtocolName, found.InstitutionName = "Phantom^Première", "Übersicht", "Hôpital d'Essai"
        folder.write(f"texts/{number}.dcm", found)
