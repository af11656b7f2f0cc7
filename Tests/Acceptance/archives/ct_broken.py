"""A CT series in which one slice is cut off within its pixel data, one within its header, and one is noise with a preamble.

Known to the check that uses it: `TRUNCATED` has a header to index, `HEADLESS` has not."""

from archives.ct_axial import axial
from archives.instance import Folder

TRUNCATED, HEADLESS, NOISE = "ct/07.dcm", "ct/11.dcm", "ct/noise.dcm"


def build(root):
    folder = Folder(root)
    for number in range(1, 13):
        path = f"ct/{number:02d}.dcm"
        written = folder.write(path, axial(number, study="ct broken", size=64))
        if path == TRUNCATED:
            folder.put(path, written.read_bytes()[: -64 * 64])
        if path == HEADLESS:
            folder.put(path, written.read_bytes()[:400])
    folder.put(NOISE, bytes(128) + b"DICM" + bytes(range(256)) * 8)
