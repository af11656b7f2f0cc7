"""CT that is less regular than textbooks: a tilted series with one slice missing and one made twice, 13 stored bits, signed
values of 12 bits in words with a dirty top, and slices that no Enhanced image can hold, each with its reason."""

import math

import numpy

from archives.ct_axial import axial
from archives.instance import Folder, give_pixels, picture, place, uid

STUDY = "ct odd"
TILT = math.radians(18)


def of_series(number, series, size=48):
    found = axial(number, STUDY, size)
    found.SeriesInstanceUID, found.SOPInstanceUID = uid(STUDY, series), uid(STUDY, series, number)
    found.SeriesDescription = series
    return found


def tilted(number, at):
    found = of_series(number, "tilted")
    found.GantryDetectorTilt = "18"
    cosines = (1, 0, 0, 0, math.cos(TILT), -math.sin(TILT))
    place(found, (-48, -40, -80 + 5 * at), orientation=cosines)
    return found


def build(root):
    folder = Folder(root)
    for number, at in enumerate((0, 1, 2, 4, 5, 6, 6), start=1):
        folder.write(f"tilted/{number}.dcm", tilted(number, at))
    for number in range(1, 5):
        found = of_series(number, "thirteen bits")
        give_pixels(found, picture(48, 48, number, bits=13), bits=13)
        folder.write(f"thirteen/{number}.dcm", found)
    for number in range(1, 5):
        found = of_series(number, "signed")
        values = picture(48, 48, number).astype(numpy.int64) - 1024
        give_pixels(found, values.astype(numpy.int16), bits=13, signed=True)
        # The four upper bits are no part of the value, and hold something else.
        words = numpy.frombuffer(found.PixelData, "<u2") & 0x1FFF | 0xA000
        found.PixelData = words.astype("<u2").tobytes()
        folder.write(f"signed/{number}.dcm", found)
    for number, change in enumerate((monochrome1, burned_in, inverse, without_position, curve, padded, lossy), start=1):
        found = of_series(number, "left as received")
        give_pixels(found, picture(48, 48, number, bits=13), bits=13)
        change(found)
        folder.write(f"left/{change.__name__}.dcm", found)


def monochrome1(found):
    found.PhotometricInterpretation = "MONOCHROME1"


def burned_in(found):
    found.BurnedInAnnotation = "YES"


def inverse(found):
    found.PresentationLUTShape = "INVERSE"


def without_position(found):
    del found.ImagePositionPatient


def curve(found):
    found.add_new((0x5000, 0x0005), "US", 2)
    found.add_new((0x5000, 0x0010), "US", 2)
    found.add_new((0x5000, 0x0020), "CS", "POLY")
    found.add_new((0x5000, 0x0103), "US", 0)
    found.add_new((0x5000, 0x3000), "OW", numpy.array([1, 1, 9, 9], "<u2").tobytes())


def padded(found):
    found.add_new(0x00280120, "US", 63536)


def lossy(found):
    found.LossyImageCompression = "01"
