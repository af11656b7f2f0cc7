"""CT series in RLE, and in JPEG 2000: one fragment a slice, several with and without Basic Offset Table, odd lengths."""

import numpy
from pydicom.encaps import generate_frames
from pydicom.uid import JPEG2000Lossless, RLELossless

from archives.ct_axial import axial
from archives.instance import Folder, encapsulate_pixels, uid


def build(root):
    folder = Folder(root)
    for number in range(1, 9):
        folder.write(f"rle/{number:02d}.dcm", _compressed(number, "rle", RLELossless), RLELossless)
    for number in range(1, 9):
        found = _compressed(number, "fragments", JPEG2000Lossless)
        stream = next(iter(generate_frames(found.PixelData, number_of_frames=1)))
        encapsulate_pixels(found, [stream], fragments=1 + number % 3, offset_table=number % 2 == 0)
        folder.write(f"jpeg2000/{number:02d}.dcm", found, JPEG2000Lossless)


def _compressed(number, series, syntax):
    study = f"ct compressed {series}"
    found = axial(number, study=study, size=64)
    found.SeriesInstanceUID, found.SOPInstanceUID = uid(study, series), uid(study, series, number)
    found.SeriesNumber = 3 if series == "rle" else 4
    pixels = numpy.frombuffer(found.PixelData, "<u2").reshape(64, 64)
    found.compress(syntax, pixels, generate_instance_uid=False)
    return found
