"""MR slices with private attributes everywhere: two creators in one group, blocks that differ between slices, sequences in
sequences with creators of their own, values of unknown VR, an attribute that only some slices have, odd lengths."""

from archives.instance import Folder, item
from archives.mr_two_echoes import slice_at


def build(root):
    folder = Folder(root)
    for number in range(1, 7):
        found = slice_at("private nesting", "nested", number, number)
        # The same creator at another block in every other slice: the same attribute all the same.
        found.add_new(0x20010010 + number % 2, "LO", "ACME IMAGING 001")
        block = (0x10 + number % 2) << 8
        found.add_new(0x20010000 + block + 0x03, "FL", 1.5)
        found.add_new(0x20010000 + block + 0x04, "UN", bytes([1, 2, 3, number]))
        found.add_new(0x20010012, "LO", "ACME IMAGING 002")
        found.add_new(0x20011203, "SH", f"other {number}")
        inner, outer = item(PatientComments="within within"), item(ImageComments="within")
        inner.private_block(0x2005, "ACME DEEP", create=True).add_new(0x01, "LT", f"deep {number}")
        outer.private_block(0x2005, "ACME MIDDLE", create=True).add_new(0x0E, "SQ", [inner, inner])
        found.private_block(0x2005, "ACME OUTER", create=True).add_new(0x0E, "SQ", [outer])
        if number % 3 == 0:
            found.ImageComments = f"only here: {number}"
        if number % 2 == 0:
            found.PatientComments = ""
        folder.write(f"{number}.dcm", found)
