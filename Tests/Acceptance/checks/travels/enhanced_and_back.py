"""What `enhanced/` exports, received by another archive, is the originals again in `classic/` there: SOP and Series Instance UIDs
of images and of all others, every attribute and every frame, but for what says that they were converted (digest C-8, X-1, X-7)
and what slices drew over themselves, which stays a presentation state."""

from collections import Counter

import numpy

from attribute_values import identity, meaning, name
from frame_pixels import frames, is_encapsulated, is_whole, numbers, same
from sop_classes import CLASSIC, ENHANCED
from verdict import Failed, require_none
from view import frame_sources, instance_sources

_PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1"
_NOT_COMPARED = {"ContributingEquipmentSequence", "QueryRetrieveView", "ConversionSourceAttributesSequence", "PixelData",
                 "SpecificCharacterSet", "DataSetTrailingPadding"}  # fmt: skip

# An image that another converter made of slices has not kept these of them.
_FOREIGN_SERIES = {"SeriesInstanceUID", "SeriesDescription"}
# What archives built in code must give this check to judge.
_AT_LEAST = {"ct_axial": (20, 0), "pet_dynamic": (20, 0), "references": (14, 15)}  # slices combined, others changed


def applies(travels):
    return any(file.class_uid in CLASSIC for file in travels.received.shown.values())


def check(travels):
    second, third = travels.way("enhanced", "classic")
    return judge(travels.name, travels.received, second, third)


def judge(archive, first, second, third):
    combined, hidden = _combined(first, second)
    problems, counts = Counter(), Counter()
    for uid, before in first.shown.items():
        if before.class_uid in ENHANCED:
            continue  # classic_and_back
        after = third.shown.get(uid)
        counts["slices combined and back" if uid in combined else "instances as they were"] += before.class_uid in CLASSIC
        counts["others changed and back"] += before.class_uid not in CLASSIC and uid not in second.shown
        if after is None:
            problems[f"{before.path} does not come back"] += 1
        elif after.sha256 != before.sha256:
            for problem in differences(before.dataset, after.dataset, is_foreign=uid in hidden):
                problems[problem] += 1
    for uid, after in third.shown.items():
        if uid not in first.shown and not _has_reason(after, first, second):
            problems[f"{after.path} was not there before"] += 1
    if len(third.instances) != len(third.shown):
        problems[f"{len(third.instances) - len(third.shown)} instances come back twice"] += 1
    slices, others = _AT_LEAST.get(archive, (0, 0))
    if counts["slices combined and back"] < slices or counts["others changed and back"] < others:
        raise Failed(f"enhanced/ has hardly changed anything ({dict(counts)}): nothing is proved")
    note = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return require_none([f"{text} ({times} times)" for text, times in problems.most_common()], note)


def _combined(first, second):
    """UIDs of slices that were made into frames, and of those that an image somebody else has made stood for (X-6)."""
    made, foreign = set(), set()
    for file in second.instances:
        if file.class_uid in ENHANCED:
            found = {source[0] for source in frame_sources(file.dataset) if source}
            (foreign if file.uid in first.shown else made).update(found)
    return made, {uid for uid in foreign - made if uid not in second.shown}


def _has_reason(after, first, second):
    """A slice of an image received as Enhanced, also where that was changed for its references, or what a slice drew over itself."""
    if after.class_uid == _PRESENTATION_STATE:
        return True
    sources = {uid for uid, _ in instance_sources(after.dataset)}
    for uid in list(sources):
        if uid not in first.shown and uid in second.shown:
            sources = sources - {uid} | {origin for origin, _ in instance_sources(second.shown[uid].dataset)}
    return bool(sources) and all(uid in first.shown and first.shown[uid].class_uid in ENHANCED for uid in sources)


def differences(before, after, is_foreign=False):
    if before.SOPClassUID in CLASSIC and is_whole(before) and not _has_pixels(before, after):
        yield "other pixels"
    own, back = values(before), values(after)
    for key in own.keys() - back.keys():
        yield f"{name(key)} is lost"
    for key in back.keys() - own.keys():
        if not is_foreign:  # what another converter introduced is an attribute like any other (C-4)
            yield f"{name(key)} is new"
    for key in own.keys() & back.keys():
        if not _equal(own[key], back[key]) and not (is_foreign and name(key) in _FOREIGN_SERIES):
            yield f"{name(key)} was {str(own[key])[:50]}, is {str(back[key])[:50]}"


def _equal(one, other):
    """A private value whose VR only pydicom knows may come back as UN."""
    if isinstance(one, bytes) != isinstance(other, bytes):
        one, other = (part if isinstance(part, bytes) else str(part).encode("latin-1", "replace") for part in (one, other))
        return one.rstrip(b"\0 ") == other.rstrip(b"\0 ")
    return one == other


def _has_pixels(before, after):
    """Bit for bit; of native ones, in bits that are stored: what other bits held was cleared on the way."""
    own, back = frames(before)[0], frames(after)[0]
    if same(before, own, after, back) or is_encapsulated(before) or is_encapsulated(after):
        return same(before, own, after, back)
    same_kind = all(before.get(keyword) == after.get(keyword) for keyword in ("BitsAllocated", "BitsStored", "PixelRepresentation"))
    return same_kind and numpy.array_equal(numbers(before, own), numbers(after, back))


def values(dataset):
    return {
        identity(dataset, element): meaning(element)
        for element in dataset
        if not element.tag.is_private_creator and element.tag.element and element.keyword not in _NOT_COMPARED
        and element.tag.group & 0xFF00 != 0x6000 and element.keyword != "GraphicAnnotationSequence"
    }  # fmt: skip
