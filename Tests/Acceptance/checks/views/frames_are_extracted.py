"""Frames of each multi-frame instance are instances of their own beside it (PS3.4 Y.3.3): of the same class and Series, with the
frames' pixel data bit for bit, and they say what they were taken from; a list of frames that was named by hand too."""

import errno
import os
import shutil

import numpy
from pydicom.uid import UID

from checks.views.converted_files_are_valid import errors
from frame_pixels import frame_count, frames, is_encapsulated, is_whole
from received import File
from verdict import require_none

_SAME = ("SOPClassUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID", "Modality", "Rows", "Columns")
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_CONCATENATION = ("ConcatenationUID", "InConcatenationNumber", "InConcatenationTotalNumber",
                  "ConcatenationFrameOffsetNumber", "SOPInstanceUIDOfConcatenationSource")  # fmt: skip


def applies(mounted):
    return bool(_images(mounted))


def check(mounted):
    problems, taken = [], 0
    for view, file in _images(mounted):
        try:
            for problem in _problems(mounted, view, file):
                problems.append(f"{view}/{file.path}: {problem}")
            taken += 1
        except (OSError, AttributeError, ValueError, IndexError, KeyError, TypeError) as error:
            problems.append(f"{view}/{file.path}: {type(error).__name__} {error}")
    return require_none(problems, f"{taken} images")


def _images(mounted):
    return [
        (view, file)
        for view in mounted.views
        for file in mounted.views[view].files
        if file.uid and any(keyword in file.dataset for keyword in _PIXELS) and _is_known(file.dataset)
    ]


def _is_known(dataset):
    """Does pydicom know the transfer syntax and how many frames there are, so that it can tell them apart?"""
    if isinstance(dataset.get("NumberOfFrames"), str) and not str(dataset.NumberOfFrames).strip().isdigit():
        return False
    return UID(dataset.file_meta.get("TransferSyntaxUID", "1.2.840.10008.1.2")).is_transfer_syntax


def _problems(mounted, view, file):
    folder = mounted.beside(view, file, ".frames") / os.path.basename(file.path).removesuffix(".dcm")
    names = sorted(os.listdir(folder))
    names = [name for name in names if name[:-4].isdigit()]  # on disk, lists stand there too
    count = frame_count(file.dataset)
    if not names and _may_be_refused(file.dataset):
        yield from _refusal(folder)
        return
    width = max(4, len(str(count)))
    if names != [f"{number:0{width}}.dcm" for number in range(1, count + 1)]:
        yield f"lists {names[:3]} ... for {count} frames"
        return
    if "NumberOfFrames" not in file.dataset:
        if (folder / names[0]).read_bytes() != file.absolute.read_bytes():
            yield "its one frame is not itself"
        return
    source = _frames(file.dataset)
    lists = {names[number - 1]: [number] for number in {1, (count + 1) // 2, count}}
    lists[f"1-{count}+2.dcm"] = list(range(1, count + 1, 2))
    for name, numbers in lists.items():
        own = File(folder, name)
        if own.dataset is None:
            yield f"{name}: cannot be read"
            continue
        for problem in _differences(file.dataset, source, own.dataset, numbers):
            yield f"{name}: {problem}"
        if shutil.which("dciodvfy") and len(numbers) == 1:
            known = errors(file.absolute)
            # The new reference to the source has what is wrong with its UID.
            wrong = {what for _, what in known}
            for key, error in errors(own.absolute).items():
                # Of sparse images too it wants as many frames as there are tiles in full ones.
                if key[0].startswith("NumberOfFrames") and own.dataset.get("DimensionOrganizationType") == "TILED_SPARSE":
                    continue
                if key not in known and not ("MultiFrameSourceSOPInstanceUID" in key[0] and key[1] in wrong):
                    yield f"{name}: dciodvfy: {error}"


def _differences(source, source_frames, own, numbers):
    for keyword in _SAME:
        if own.get(keyword) != source.get(keyword):
            yield f"{keyword} is {own.get(keyword)!r}, not {source.get(keyword)!r}"
    if own.SOPInstanceUID == source.SOPInstanceUID or own.SOPInstanceUID != own.file_meta.MediaStorageSOPInstanceUID:
        yield "has no SOP Instance UID of its own"
    if int(own.NumberOfFrames) != len(numbers):
        yield f"Number of Frames is {own.NumberOfFrames}"
        return
    extraction = own.FrameExtractionSequence[-1]
    named = extraction.get("SimpleFrameList")
    named = list(named) if hasattr(named, "__iter__") else [named]
    if extraction.MultiFrameSourceSOPInstanceUID != source.SOPInstanceUID or named != numbers:
        yield f"says that it is {named} of {extraction.MultiFrameSourceSOPInstanceUID}"
    if own.ContributingEquipmentSequence[-1].PurposeOfReferenceCodeSequence[0].CodeValue != "109105":
        yield "does not name the Frame Extracting Equipment"
    yield from (f"has {keyword}" for keyword in _CONCATENATION if keyword in own)
    if is_encapsulated(source) and own.file_meta.TransferSyntaxUID != source.file_meta.TransferSyntaxUID:
        yield "is in another transfer syntax"
    if source_frames is not None:
        own_frames = _frames(own)
        for number, frame in zip(numbers, own_frames, strict=True):
            if not _same(source, source_frames[number - 1], frame):
                yield f"not the pixels of frame {number}"
    yield from _misplaced_bits(source, own, numbers)
    yield from _misplaced_tiles(source, own, numbers)
    groups = source.get("PerFrameFunctionalGroupsSequence")
    if groups:
        own_groups = own.PerFrameFunctionalGroupsSequence
        if len(own_groups) != len(numbers) or any(
            _without_indices(one) != _without_indices(groups[number - 1])
            for one, number in zip(own_groups, numbers, strict=True)
        ):
            yield "has the functional groups of other frames"


def _misplaced_bits(source, own, numbers):
    """Packed bits as pydicom unpacks them, and zeros behind the last (PS3.5 8.1.1)."""
    if source.BitsAllocated != 1 or is_encapsulated(source) or frame_count(source) == 1:
        return
    bits = source.Rows * source.Columns
    whole = source.pixel_array.reshape(-1, bits)
    if not numpy.array_equal(own.pixel_array.reshape(-1, bits), whole[[number - 1 for number in numbers]]):
        yield "pydicom unpacks other pixels"
    unpacked = numpy.unpackbits(numpy.frombuffer(own.PixelData, "u1"), bitorder="little")
    if len(unpacked) != -(-bits * len(numbers) // 16) * 16 or unpacked[bits * len(numbers) :].any():
        yield f"Pixel Data of {len(own.PixelData)} bytes, or not of zeros behind the last frame"


def _misplaced_tiles(source, own, numbers):
    """Where a tile lies follows from its number if all are there; else each says it (PS3.3 C.7.6.17.3)."""
    if source.get("DimensionOrganizationType") != "TILED_FULL" or len(numbers) == frame_count(source):
        return
    if own.DimensionOrganizationType != "TILED_SPARSE":
        yield f"is {own.DimensionOrganizationType}"
        return
    columns = -(-source.TotalPixelMatrixColumns // source.Columns)
    rows = -(-source.TotalPixelMatrixRows // source.Rows)
    for number, groups in zip(numbers, own.PerFrameFunctionalGroupsSequence, strict=True):
        place = groups.PlanePositionSlideSequence[0]
        found = place.ColumnPositionInTotalImagePixelMatrix, place.RowPositionInTotalImagePixelMatrix
        column, row = (number - 1) % columns, (number - 1) // columns % rows
        if found != (column * source.Columns + 1, row * source.Rows + 1):
            yield f"tile {number} is said to be at {found}"


def _without_indices(groups):
    found = groups.to_json_dict()
    for item in found.get("00209111", {}).get("Value", []):
        for tag in ("00209157", "00209057", "00209128"):  # indices, and the ordinals that are the same
            item.pop(tag, None)
    return found


def _same(source, one, other):
    if is_encapsulated(source):
        shorter, longer = sorted((one, other), key=len)
        return longer[: len(shorter)] == shorter and longer[len(shorter) :] in (b"", b"\0")
    syntax = source.file_meta.get("TransferSyntaxUID")
    if syntax and not syntax.is_little_endian and (source.BitsAllocated == 16 or source["PixelData"].VR == "OW"):
        one = bytes(byte for pair in zip(one[1::2], one[::2], strict=True) for byte in pair)
    return one == other


def _frames(dataset):
    """Each frame's bytes, or None where this cannot tell them apart."""
    if "PixelData" in dataset:
        if dataset.PhotometricInterpretation in ("YBR_FULL_422", "YBR_PARTIAL_422") and not is_encapsulated(dataset):
            return None
        return frames(dataset)
    value = dataset.get("FloatPixelData") or dataset.get("DoubleFloatPixelData")
    length = len(value) // frame_count(dataset)
    return [value[index * length : (index + 1) * length] for index in range(frame_count(dataset))]


def _may_be_refused(dataset):
    """What has no frames that could be told apart without decoding, or none that mean the same alone."""
    groups = dataset.get("PerFrameFunctionalGroupsSequence")
    return (
        (dataset.get("DimensionOrganizationType") == "TILED_FULL" and not dataset.get("SharedFunctionalGroupsSequence"))
        or (groups is not None and len(groups) != frame_count(dataset))
        or not is_whole(dataset)
    )


def _refusal(folder):
    try:
        os.stat(folder / "1.dcm")
    except OSError as error:
        if error.errno != errno.EOPNOTSUPP:
            yield f"a frame that cannot be taken out is refused with {error}"
    else:
        yield "lists no frames and has one"
