"""CT For Processing (Supplement 252): a series of slices for processing beside one for presentation, one Series that holds both
against the standard, an Enhanced image for processing, and a segmentation of both kinds."""

import tempfile
from pathlib import Path

import pydicom
from sop_classes import CT, CT_FOR_PROCESSING, ENHANCED_CT_FOR_PROCESSING

from archives import enhanced_ct
from archives.ct_axial import axial
from archives.instance import Folder, referenced, uid
from archives.referring import segmentation

STUDY = "for processing"


def _slice(series, number, processing, series_number):
    found = axial(number, STUDY, 32)
    found.SOPClassUID = CT_FOR_PROCESSING if processing else CT
    found.PresentationIntentType = "FOR PROCESSING" if processing else "FOR PRESENTATION"
    found.SeriesInstanceUID, found.SeriesNumber = uid(STUDY, series), series_number
    found.SOPInstanceUID = uid(STUDY, series, number, processing)
    return found


def build(root):
    folder = Folder(root)
    raw = [_slice("raw", number, True, 2) for number in range(1, 6)]
    shown = [_slice("shown", number, False, 3) for number in range(1, 6)]
    for found, source in zip(shown, raw):
        found.SourceImageSequence = [referenced(source.SOPClassUID, source.SOPInstanceUID)]
    mixed = [_slice("mixed", number, number % 2 == 1, 4) for number in range(1, 7)]
    for name, slices in (("raw", raw), ("shown", shown), ("mixed", mixed)):
        for number, found in enumerate(slices, start=1):
            folder.write(f"{name}/{number}", found)
    with tempfile.TemporaryDirectory() as place:
        enhanced_ct.build(Path(place))
        image = pydicom.dcmread(Path(place) / "volume.dcm")
    image.SOPClassUID, image.PresentationIntentType = ENHANCED_CT_FOR_PROCESSING, "FOR PROCESSING"
    image.SOPInstanceUID = uid(STUDY, "enhanced")
    folder.write("enhanced", image)
    folder.write("segments", segmentation(STUDY, [*raw[1:3], *shown[1:3]]))
