"""Images whose frames lie in their files in every way (PS3.5 Annex A): Enhanced MR in RLE with an Extended Offset Table, in JPEG
2000 with several fragments a frame, with and without a table, in what stands for JPEG XL, deflated as a whole and frame by
frame, encapsulated as they are, big-endian; and CT series, one of them in five transfer syntaxes, one of deflated frames."""

import zlib

import numpy
from pydicom.encaps import encapsulate_extended, generate_frames
from pydicom.uid import JPEG2000Lossless, RLELossless
from transfer_syntaxes import DEFLATED_FRAMES, ENCAPSULATED_UNCOMPRESSED, JPEG_XL_LOSSLESS

from archives.ct_axial import axial
from archives.enhanced_mr import _image
from archives.instance import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, Folder, encapsulate_pixels, uid

MIXED = {1: EXPLICIT, 2: BIG_ENDIAN, 3: DEFLATED, 4: IMPLICIT, 5: RLELossless, 6: RLELossless}


def deflated(frame):
    """One frame as PS3.5 A.4.13 has it, often of odd length."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(frame) + packer.flush()


def _multi_frame(number):
    found = _image(number, [(1, place) for place in range(1, 8)])
    found.SeriesInstanceUID, found.SOPInstanceUID = uid("frame encodings", "mr", number), uid("frame encodings", "image", number)
    return found


def _pixels(found):
    return numpy.frombuffer(found.PixelData, "<u2").reshape(-1, found.Rows, found.Columns)


def _jpeg2000(number, fragments, offset_table):
    found = _multi_frame(number)
    count = int(found.NumberOfFrames)
    found.compress(JPEG2000Lossless, _pixels(found), generate_instance_uid=False)
    streams = list(generate_frames(found.PixelData, number_of_frames=count))
    encapsulate_pixels(found, streams, fragments=fragments, offset_table=offset_table)
    return found


def build(root):
    folder = Folder(root)
    extended = _multi_frame(1)
    count = int(extended.NumberOfFrames)
    extended.compress(RLELossless, _pixels(extended), generate_instance_uid=False)
    streams = list(generate_frames(extended.PixelData, number_of_frames=count))
    extended.PixelData, extended.ExtendedOffsetTable, extended.ExtendedOffsetTableLengths = encapsulate_extended(streams)
    extended["PixelData"].is_undefined_length = True
    folder.write("mr/extended-offset-table", extended, RLELossless)
    folder.write("mr/fragments-with-table", _jpeg2000(2, 3, True), JPEG2000Lossless)
    folder.write("mr/fragments-without-table", _jpeg2000(3, 2, False), JPEG2000Lossless)
    folder.write("mr/deflated", _multi_frame(4), DEFLATED)
    folder.write("mr/big-endian", _multi_frame(5), BIG_ENDIAN)
    frames = _multi_frame(6)
    encapsulate_pixels(frames, [deflated(frame.tobytes()) for frame in _pixels(frames)])
    folder.write("mr/deflated-frames", frames, DEFLATED_FRAMES)
    plain = _multi_frame(7)
    encapsulate_pixels(plain, [frame.tobytes() for frame in _pixels(plain)])
    folder.write("mr/encapsulated-uncompressed", plain, ENCAPSULATED_UNCOMPRESSED)
    # Nobody decodes it: a codestream is known by its first bytes (ISO/IEC 18181-1).
    unknown = _multi_frame(8)
    streams = [b"\xff\x0a" + deflated(frame.tobytes()) for frame in _pixels(unknown)]
    encapsulate_pixels(unknown, streams, fragments=2)
    folder.write("mr/jpeg-xl", unknown, JPEG_XL_LOSSLESS)

    for number, syntax in MIXED.items():
        found = axial(number, "frame encodings", 32)
        if syntax == RLELossless:
            found.compress(syntax, _pixels(found)[0], generate_instance_uid=False)
        folder.write(f"mixed/{number}", found, syntax)
    for number in range(1, 5):
        found = axial(number, "frame encodings, deflated frames", 32)
        encapsulate_pixels(found, [deflated(found.PixelData)], offset_table=number % 2 == 0)
        folder.write(f"deflated-frames/{number}", found, DEFLATED_FRAMES)
