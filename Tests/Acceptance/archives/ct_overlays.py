"""Eight CT slices that draw over themselves: slices 1 and 3 have the same overlay, 4 has another, 5 and 6 have theirs in unused
bits of the pixels (6 twice), 7 has a graphic annotation with text, and 8 an overlay with several windows; 2 has nothing."""

import numpy
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from archives.ct_axial import axial
from archives.instance import Folder, item

STUDY = "ct overlays"
SIZE = 64


def plane(number):
    """A ring, as ones and zeros."""
    y, x = numpy.mgrid[0:SIZE, 0:SIZE]
    return (abs((x - 30) ** 2 + (y - 20 - number) ** 2 - 200) < 60).astype(numpy.uint8)


def give_overlay(found, bits=None, data=None, group=0x6000):
    """An overlay plane of its own, or in bit `bits` of the pixels."""
    found.add_new((group, 0x0010), "US", SIZE)
    found.add_new((group, 0x0011), "US", SIZE)
    found.add_new((group, 0x0022), "LO", "Ring of the study")
    found.add_new((group, 0x0040), "CS", "G")
    found.add_new((group, 0x0050), "SS", [1, 1])
    found.add_new((group, 0x0100), "US", 1 if bits is None else 16)
    found.add_new((group, 0x0102), "US", bits or 0)
    if bits is None:
        found.add_new((group, 0x3000), "OW", numpy.packbits(data.ravel(), bitorder="little").tobytes())
    else:
        pixels = numpy.frombuffer(found.PixelData, "<u2").reshape(SIZE, SIZE) | (data.astype(numpy.uint16) << bits)
        found.PixelData = pixels.astype("<u2").tobytes()


def build(root):
    folder = Folder(root)
    for number in range(1, 9):
        found = axial(number, STUDY, SIZE)
        if number in (1, 3):
            give_overlay(found, data=plane(1))
        elif number in (4, 8):
            give_overlay(found, data=plane(4))
        elif number in (5, 6):
            give_overlay(found, bits=12, data=plane(number))
        if number == 6:
            give_overlay(found, bits=15, data=plane(20), group=0x6002)
        if number == 8:
            found.WindowCenter, found.WindowWidth = ["300", "50"], ["1200", "100"]
        if number == 7:
            text = item(UnformattedTextValue="Aorta", AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[10.0, 12.0],
                        AnchorPointVisibility="N")  # fmt: skip
            found.GraphicAnnotationSequence = [item(GraphicLayer="NOTES", TextObjectSequence=[text])]
        if number == 5:
            swapped = numpy.frombuffer(found.PixelData, "<u2").astype(">u2").tobytes()
            found.PixelData = swapped
            found["PixelData"].VR = "OW"
            folder.write(f"{number}.dcm", found, ExplicitVRBigEndian)
        else:
            folder.write(f"{number}.dcm", found, ExplicitVRLittleEndian)
