"""The pixel data of one frame, as bytes and as numbers, without decoding any codec."""

import numpy
from pydicom.encaps import generate_frames

from verdict import Failed


def is_encapsulated(dataset):
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    return bool(syntax) and syntax.is_encapsulated


def frame_count(dataset):
    return int(dataset.get("NumberOfFrames") or 1)


def frames(dataset):
    """Each frame's stored bytes: native ones as they lie in the value, encapsulated ones with their fragments joined."""
    count = frame_count(dataset)
    if is_encapsulated(dataset):
        extended = None
        if dataset.get("ExtendedOffsetTable"):
            extended = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
        found = list(generate_frames(dataset.PixelData, number_of_frames=count, extended_offsets=extended))
        if len(found) != count:
            raise Failed(f"{len(found)} encapsulated frames, Number of Frames says {count}")
        return found
    bits = dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * dataset.BitsAllocated
    data = dataset.PixelData
    if bits % 8 != 0:
        return _packed(data, bits, count)
    length = bits // 8
    if len(data) < length * count:
        raise Failed(f"Pixel Data of {len(data)} bytes, {count} frames need {length * count}")
    return [data[index * length : (index + 1) * length] for index in range(count)]


def _packed(data, length, count):
    """Frames of bits that follow each other without padding (PS3.5 8.1.1), each repacked from a byte on."""
    bits = numpy.unpackbits(numpy.frombuffer(data, "u1"), bitorder="little")
    if len(bits) < length * count:
        raise Failed(f"Pixel Data of {len(bits)} bits, {count} frames need {length * count}")
    return [numpy.packbits(bits[index * length : (index + 1) * length], bitorder="little").tobytes() for index in range(count)]


def is_whole(dataset):
    """Are the pixel data there, in full?"""
    try:
        return all(frames(dataset)) and "PixelData" in dataset
    except Exception:  # AttributeError for what is absent, ValueError for broken fragments, Failed
        return False


def numbers(dataset, frame):
    """Stored values of a native frame: high bits that are not stored masked off, the sign extended."""
    kind = {8: "u1", 16: "u2", 32: "u4"}[dataset.BitsAllocated]
    order = "<" if dataset.file_meta.get("TransferSyntaxUID", "1.2.840.10008.1.2").is_little_endian else ">"
    values = numpy.frombuffer(frame, order + kind).astype(numpy.int64)
    values = (values >> (dataset.HighBit + 1 - dataset.BitsStored)) & ((1 << dataset.BitsStored) - 1)
    if dataset.PixelRepresentation:
        values -= (values >> (dataset.BitsStored - 1)) << dataset.BitsStored
    return values


def same(source, source_frame, converted, converted_frame):
    """Is the converted frame the source's, bit for bit? Where byte order or Bits Stored had to change: number for number."""
    if is_encapsulated(source) or is_encapsulated(converted):
        if source.file_meta.TransferSyntaxUID != converted.file_meta.TransferSyntaxUID:
            return False
        shorter, longer = sorted((source_frame, converted_frame), key=len)
        return longer[: len(shorter)] == shorter and longer[len(shorter) :] in (b"", b"\0")  # PS3.5 A.4: padded to even
    if _byte_order(source) == _byte_order(converted) and source.BitsStored == converted.BitsStored and not _is_marked(source):
        return source_frame == converted_frame
    if (source.BitsAllocated, source.PixelRepresentation) != (converted.BitsAllocated, converted.PixelRepresentation):
        return False
    return numpy.array_equal(numbers(source, source_frame), numbers(converted, converted_frame))


def _is_marked(dataset):
    """Are bits of the pixels that are no value an overlay, which leaves them?"""
    return any(
        (group, 0x3000) not in dataset and (group, 0x0100) in dataset and dataset[group, 0x0100].value != 1
        for group in range(0x6000, 0x6020, 2)
    )


def _byte_order(dataset):
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    return not syntax or syntax.is_little_endian
