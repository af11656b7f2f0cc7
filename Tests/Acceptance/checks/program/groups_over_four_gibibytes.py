"""A series whose pixel data are longer than one element can say is combined into several images, an encapsulated one into one
with an Extended Offset Table, and their last bytes are right. (The slices are holes on disk but for their first and last bytes.)"""

import struct

import pydicom
from archives.ct_axial import axial
from archives.instance import uid
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless
from verdict import require_none

SIDE = 1 << 14
FRAME = SIDE * SIDE * 2  # half a gibibyte
SLICES = 10
MARK = 16


def check(program, folder):
    for number in range(1, SLICES + 1):
        for series, syntax in (("native", ExplicitVRLittleEndian), ("encapsulated", JPEGLSLossless)):
            _write(folder / "archive" / series / str(number), _slice(series, number), syntax, number)
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        files = sorted(path for path in (mountpoint / "enhanced").rglob("*.dcm"))
        return require_none(_problems(files), f"{len(files)} images of {2 * SLICES} slices of {FRAME >> 20} MiB")


def mark(series, number, end):
    """What a slice begins and ends with; an encapsulated one as a codestream begins."""
    start = b"\xff\xd8\xff\xf7" if series == "encapsulated" and end == "first" else b""
    return start + f"{series[:6]} {number:02d} {end}".ljust(MARK, ".").encode()[: MARK - len(start)]


def _slice(series, number):
    found = axial(number, "four gibibytes", 16)
    found.Rows = found.Columns = SIDE
    found.SeriesInstanceUID, found.SOPInstanceUID = uid("four gibibytes", series), uid("four gibibytes", series, number)
    del found.PixelData
    return found


def _write(path, found, syntax, number):
    path.parent.mkdir(parents=True, exist_ok=True)
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = syntax
    found.file_meta.MediaStorageSOPClassUID = found.SOPClassUID
    found.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID
    found.save_as(path, enforce_file_format=True)
    series = path.parent.name
    with open(path, "ab") as stream:
        tag = struct.pack("<HH", 0x7FE0, 0x0010)
        if syntax == ExplicitVRLittleEndian:
            stream.write(tag + b"OW\0\0" + struct.pack("<I", FRAME))
        else:
            stream.write(tag + b"OB\0\0" + struct.pack("<I", 0xFFFFFFFF) + _item(0) + _item(FRAME))
        stream.write(mark(series, number, "first"))
        stream.truncate(stream.tell() + FRAME - 2 * MARK)
        stream.seek(0, 2)
        stream.write(mark(series, number, "last"))
        if syntax != ExplicitVRLittleEndian:
            stream.write(struct.pack("<HHI", 0xFFFE, 0xE0DD, 0))


def _item(length):
    return struct.pack("<HHI", 0xFFFE, 0xE000, length)


def _problems(files):
    native, encapsulated = [], []
    for path in files:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        (encapsulated if dataset.file_meta.TransferSyntaxUID == JPEGLSLossless else native).append((path, dataset))
    counts = sorted((int(dataset.NumberOfFrames) for _, dataset in native), reverse=True)
    if counts != [7, 3]:  # 8 * FRAME is one more than a length can say
        yield f"native images of {counts} frames"
    if [int(dataset.NumberOfFrames) for _, dataset in encapsulated] != [SLICES]:
        yield f"{len(encapsulated)} encapsulated images"
    for path, dataset in native:
        yield from _native(path, dataset)
    for path, dataset in encapsulated:
        yield from _encapsulated(path, dataset)


def _numbers(dataset):
    """Instance Numbers of the slices, in frame order."""
    kept = [frame.UnassignedPerFrameConvertedAttributesSequence[0] for frame in dataset.PerFrameFunctionalGroupsSequence]
    return [int(item.InstanceNumber) for item in kept]


def _native(path, dataset):
    count = int(dataset.NumberOfFrames)
    size = path.stat().st_size
    with open(path, "rb") as stream:
        stream.seek(size - count * FRAME - 12)
        header = stream.read(12)
        if header != struct.pack("<HH", 0x7FE0, 0x0010) + b"OW\0\0" + struct.pack("<I", count * FRAME):
            yield f"{path.name}: {header!r} stands where Pixel Data of {count} frames begin"
        for index, number in enumerate(_numbers(dataset)):
            start = size - (count - index) * FRAME
            yield from _marks(path, stream, start, "native", number)


def _encapsulated(path, dataset):
    count = int(dataset.NumberOfFrames)
    size = path.stat().st_size
    offsets = struct.unpack(f"<{count}Q", dataset.ExtendedOffsetTable)
    lengths = struct.unpack(f"<{count}Q", dataset.ExtendedOffsetTableLengths)
    if offsets != tuple(index * (FRAME + 8) for index in range(count)) or set(lengths) != {FRAME}:
        yield f"{path.name}: Extended Offset Table {offsets}, lengths {lengths}"
        return
    first = size - 8 - count * (FRAME + 8)  # the sequence delimiter is last
    with open(path, "rb") as stream:
        stream.seek(first - 8)
        if stream.read(8) != _item(0):
            yield f"{path.name}: the Basic Offset Table is not empty"
        for offset, number in zip(offsets, _numbers(dataset)):
            stream.seek(first + offset)
            if stream.read(8) != _item(FRAME):
                yield f"{path.name}: no item at {offset}"
            yield from _marks(path, stream, first + offset + 8, "encapsulated", number)


def _marks(path, stream, start, series, number):
    for offset, end in ((start, "first"), (start + FRAME - MARK, "last")):
        stream.seek(offset)
        found = stream.read(MARK)
        if found != mark(series, number, end):
            yield f"{path.name}: {found!r} at the {end} byte of slice {number}"
