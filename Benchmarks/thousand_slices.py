"""The archive that is measured on: one CT series of many slices of 512 x 512, invented, the same at every run."""

import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/Acceptance"))

from archives.ct_axial import axial  # noqa: E402
from archives.instance import Folder, give_pixels, uid  # noqa: E402


def build(root, count, size=512):
    """Writes `count` slices and returns the length in bytes of what lies before their Pixel Data value."""
    folder = Folder(root)
    random = numpy.random.default_rng(7)
    texture = random.integers(0, 4096, (size, size), dtype=numpy.uint16)
    longest = 0
    for number in range(1, count + 1):
        found = axial(number, study="benchmark", size=8)
        found.IrradiationEventUID = uid("benchmark", "event")
        give_pixels(found, numpy.roll(texture, number * 131))
        path = folder.write(f"{number % 10}/{number:05d}.dcm", found)
        longest = max(longest, path.stat().st_size - size * size * 2)
    return longest
