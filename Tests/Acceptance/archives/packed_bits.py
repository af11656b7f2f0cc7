"""Segmentations of one bit whose frames do not begin at bytes (PS3.5 8.1.1): of slices that become frames, so that they are changed
too, in Explicit VR Little Endian and deflated; one of 5 by 7 pixels, of nothing that is here."""

import numpy

from archives.instance import DEFLATED, Folder, uid
from archives.mr_two_echoes import slice_at
from archives.referring import segmentation

STUDY = "packed bits"


def _segments(images, rows, columns, number):
    found = segmentation(STUDY, images, number=number)
    found.Rows, found.Columns = rows, columns
    found.SOPInstanceUID = uid(STUDY, "segments", number)
    count = int(found.NumberOfFrames)
    bits = (numpy.arange(rows * columns * count) * 7919 // (number + 3)) % 5 < 2
    data = numpy.packbits(bits, bitorder="little").tobytes()
    found.PixelData = data + bytes(len(data) % 2)
    found["PixelData"].VR = "OB"
    return found


def build(root):
    folder = Folder(root)
    slices = [slice_at(STUDY, "slices", number, number) for number in range(1, 12)]
    for number, found in enumerate(slices, start=1):
        folder.write(f"slices/{number}", found)
    folder.write("segments/explicit", _segments(slices, 61, 37, 1))
    folder.write("segments/deflated", _segments(slices, 9, 9, 2), DEFLATED)
    absent = [slice_at(STUDY, "absent", number, number) for number in range(1, 8)]
    folder.write("segments/small", _segments(absent, 5, 7, 3))
