"""Each slice taken out of a multi-frame image has the frame's pixel data, bit for bit, its place, spacing, rescale and window."""

from frame_pixels import frames, same
from verdict import Failed, require_none
from view import instance_sources

_MACROS = (
    ("PlanePositionSequence", "ImagePositionPatient"),
    ("PlaneOrientationSequence", "ImageOrientationPatient"),
    ("PixelMeasuresSequence", "PixelSpacing"),
    ("PixelMeasuresSequence", "SliceThickness"),
    ("PixelValueTransformationSequence", "RescaleSlope"),
    ("PixelValueTransformationSequence", "RescaleIntercept"),
    ("FrameVOILUTSequence", "WindowCenter"),
    ("FrameVOILUTSequence", "WindowWidth"),
)


def applies(mounted):
    return bool(mounted.taken_apart())


def check(mounted):
    problems = []
    for file in mounted.taken_apart():
        try:
            problems += _problems(mounted, file)
        except (Failed, AttributeError, ValueError, IndexError) as error:
            problems.append(f"classic/{file.path}: {type(error).__name__} {error}")
    return require_none(problems, f"{len(mounted.taken_apart())} slices")


def _problems(mounted, file):
    named = instance_sources(file.dataset)
    if len(named) != 1 or named[0][0] not in mounted.received.shown:
        yield f"classic/{file.path}: names {len(named)} sources, one in the archive is wanted"
        return
    source = mounted.received.shown[named[0][0]].dataset
    number = named[0][1]
    if number is None:
        yield f"classic/{file.path}: names no frame number (PS3.3 C.12.1: shall be included)"
        return
    own = frames(file.dataset)
    if len(own) != 1 or int(file.dataset.get("NumberOfFrames") or 1) != 1:
        yield f"classic/{file.path}: {len(own)} frames"
    if not same(source, _frames_once(mounted, named[0][0])[number - 1], file.dataset, own[0]):
        yield f"classic/{file.path}: not the pixels of frame {number}"
    shared = (source.get("SharedFunctionalGroupsSequence") or [{}])[0]
    groups = source.PerFrameFunctionalGroupsSequence[number - 1]
    unassigned = _unassigned(shared, groups)
    for sequence, keyword in _MACROS:
        items = groups.get(sequence) or shared.get(sequence)
        expected = items[0].get(keyword) if items else None
        if expected in (None, "") or any(keyword in item for item in unassigned):
            continue  # a Legacy Converted source has kept the original value, which goes before the macro's (C-5)
        if _numbers(file.dataset.get(keyword)) != _numbers(expected):
            yield f"classic/{file.path}: {keyword} {file.dataset.get(keyword)}, frame {number} has {expected}"


def _frames_once(mounted, uid):
    cache = mounted.__dict__.setdefault("frames_of_sources", {})
    if uid not in cache:
        cache[uid] = frames(mounted.received.shown[uid].dataset)
    return cache[uid]


def _unassigned(shared, groups):
    found = shared.get("UnassignedSharedConvertedAttributesSequence") or []
    return [*found, *(groups.get("UnassignedPerFrameConvertedAttributesSequence") or [])]


def _numbers(value):
    if value in (None, ""):
        return None
    several = hasattr(value, "__iter__") and not isinstance(value, str)
    return [float(part) for part in (value if several else [value])]
