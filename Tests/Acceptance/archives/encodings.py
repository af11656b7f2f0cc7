"""One CT series in each of the encodings that need care: big-endian, deflated, implicit, and without preamble and File Meta."""

from archives.ct_axial import axial
from archives.instance import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, Folder, uid

ENCODINGS = {"big-endian": BIG_ENDIAN, "deflated": DEFLATED, "implicit": IMPLICIT, "explicit": EXPLICIT}


def build(root):
    folder = Folder(root)
    for name, syntax in ENCODINGS.items():
        for number in range(1, 6):
            folder.write(f"{name}/{number}", _slice(name, number), syntax)
    for number in range(1, 6):
        folder.write(f"bare/{number}", _slice("bare", number), IMPLICIT, preamble=False)


def _slice(series, number):
    found = axial(number, study="encodings", size=32)
    found.SeriesInstanceUID, found.SOPInstanceUID = uid("encodings", series), uid("encodings", series, number)
    return found
