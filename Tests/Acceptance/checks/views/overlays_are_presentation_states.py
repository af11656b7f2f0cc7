"""What slices draw over themselves is drawn by a presentation state that names their frame (PS3.4 C.3.5): the same planes and
annotations, the same rescaling and windows; and the combined image names it, and has nothing of it any more."""

import numpy

from frame_pixels import frames
from verdict import require_none
from view import frame_sources

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"


def applies(mounted):
    return any(_draws(mounted, source) for file in mounted.combined() for source in _sources(mounted, file))


def check(mounted):
    states = [file for file in mounted.made("enhanced") if file.class_uid == GSPS]
    problems, count = [], 0
    for file in mounted.combined():
        if any(element.tag.group & 0xFF00 == 0x6000 for element in file.dataset):
            problems.append(f"enhanced/{file.path}: an overlay is left")
        named = _named(file.dataset)
        for number, source in enumerate(_sources(mounted, file), start=1):
            if not _draws(mounted, source):
                continue
            count += 1
            found = [state for state in states if number in _frames(state.dataset, file)]
            if len(found) != 1:
                problems.append(f"enhanced/{file.path}: {len(found)} presentation states draw on frame {number}")
                continue
            if found[0].uid not in named:
                problems.append(f"enhanced/{file.path}: does not name {found[0].path}")
            problems += [f"enhanced/{found[0].path}: {problem}" for problem in _differences(source, found[0].dataset, file, number)]
    return require_none(problems, f"{count} frames drawn on by {len(states)} presentation states")


def _sources(mounted, file):
    found = [mounted.received.shown.get(source[0]) if source else None for source in frame_sources(file.dataset)]
    return [part.dataset if part else None for part in found]


def _draws(mounted, source):
    return source is not None and (bool(_planes(source)) or "GraphicAnnotationSequence" in source)


def _planes(dataset):
    """Group -> bits of its plane, one byte a pixel."""
    found = {}
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x0010) not in dataset:
            continue
        count = dataset[group, 0x0010].value * dataset[group, 0x0011].value
        if (group, 0x3000) in dataset:
            bits = numpy.unpackbits(numpy.frombuffer(dataset[group, 0x3000].value, numpy.uint8), bitorder="little")
            found[group] = bits[:count].tobytes()
        elif "PixelData" in dataset and (group, 0x0100) in dataset and dataset[group, 0x0100].value != 1:
            order = "<u2" if dataset.file_meta.TransferSyntaxUID.is_little_endian else ">u2"
            pixels = numpy.frombuffer(frames(dataset)[0], order)
            found[group] = ((pixels >> dataset[group, 0x0102].value) & 1).astype(numpy.uint8).tobytes()
    return found


def _named(dataset):
    return {
        str(reference.ReferencedSOPInstanceUID)
        for study in dataset.get("ReferencedPresentationStateSequence") or []
        for series in study.ReferencedSeriesSequence
        for reference in series.ReferencedSOPSequence
    }


def _frames(state, file):
    """The frames of `file` that a presentation state applies to."""
    for series in state.get("ReferencedSeriesSequence") or []:
        for image in series.ReferencedImageSequence:
            if image.ReferencedSOPInstanceUID == file.uid and series.SeriesInstanceUID == file.dataset.SeriesInstanceUID:
                return _numbers(image) or range(1, int(file.dataset.NumberOfFrames) + 1)
    return ()


def _numbers(image):
    value = image.get("ReferencedFrameNumber")
    return [int(part) for part in value] if hasattr(value, "__iter__") else [int(value)] if value else []


def _differences(source, state, file, number):
    if _planes(source) != _planes(state):
        yield f"the overlay of frame {number} is another"
    if [str(part) for part in source.get("GraphicAnnotationSequence") or []] != [
        str(part) for part in state.get("GraphicAnnotationSequence") or []
    ]:
        yield f"the annotation of frame {number} is another"
    for keyword in ("RescaleSlope", "RescaleIntercept"):
        if source.get(keyword) != state.get(keyword):
            yield f"{keyword} of frame {number} is {state.get(keyword)}"
    windows = [part for part in state.get("SoftcopyVOILUTSequence") or []
               if "ReferencedImageSequence" not in part or number in _numbers(part.ReferencedImageSequence[0])]  # fmt: skip
    if source.get("WindowCenter") and [part.WindowCenter for part in windows] != [source.WindowCenter]:
        yield f"the window of frame {number} is {[part.WindowCenter for part in windows]}"
