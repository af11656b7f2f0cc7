"""True Enhanced images, taken apart by `classic/`, received by another archive and combined there, have in `enhanced/` each frame
again, with its pixels and all that its functional groups said. Those that had all their class asks for are of it again (PS3.4
C.3.5); their UIDs are new, for a frame of an image is no image that one could name (digest X-6)."""

from collections import Counter

from attribute_values import identity, meaning, name
from frame_pixels import frame_count, frames, same
from sop_classes import ENHANCED, LEGACY_CONVERTED
from verdict import require_none
from view import frame_sources, instance_sources

# Made anew for the new image.
_NUMBERING = {"DimensionIndexValues", "TemporalPositionIndex", "StackID", "InStackPositionNumber"}
# References follow what they lead to: references_resolve.
_REFERRING = {"ReferencedImageSequence", "DerivationImageSequence", "ConversionSourceAttributesSequence"}
# Of which the Legacy Converted class allows one value.
_LEGACY = {"CTImageFrameTypeSequence/PixelPresentation"}


def applies(travels):
    return any(_is_true(file) for file in travels.received.shown.values())


def _is_true(file):
    return file.class_uid in ENHANCED and file.class_uid not in LEGACY_CONVERTED


def check(travels):
    second, third = travels.way("classic", "enhanced")
    return judge(travels.received, second, third)


def judge(first, second, third):
    slices = {
        source: uid for uid, file in second.shown.items() for source in instance_sources(file.dataset) if uid not in first.shown
    }
    places = {
        source[0]: (file, index)
        for file in third.instances if file.class_uid in ENHANCED
        for index, source in enumerate(frame_sources(file.dataset)) if source
    }  # fmt: skip
    problems, counts = Counter(), Counter()
    for uid, file in first.shown.items():
        if _is_true(file) and uid not in second.shown:
            own = frames(file.dataset)
            for number in range(1, frame_count(file.dataset) + 1):
                made = slices.get((uid, number))
                if made is None:
                    continue  # another form of it is shown, or nothing_is_lost_or_doubled says so
                for problem in _frame(file, number, own[number - 1], made, third, places, counts):
                    problems[problem] += 1
        elif _is_true(file):
            counts["images not taken apart"] += 1
    note = ", ".join(f"{count} {what}" for what, count in counts.items())
    return require_none([f"{text} ({times} times)" for text, times in problems.most_common()], note)


def _frame(file, number, pixels, made, third, places, counts):
    if made not in places:
        if made in third.shown:
            counts["slices left as they were"] += 1
        else:
            yield "a slice is lost"
        return
    combined, index = places[made]
    is_true = combined.class_uid == file.class_uid
    counts["frames true Enhanced again" if is_true else "frames Legacy Converted"] += 1
    if not same(file.dataset, pixels, combined.dataset, frames_of(combined)[index]):
        yield "a frame has other pixels"
    own, back = values(file.dataset, number - 1), values(combined.dataset, index)
    for key in own.keys() if is_true else own.keys() & back.keys() - _LEGACY:
        kept = back.get(f"Unassigned/{key.rsplit('/', 1)[-1]}")  # where the macro asks for it under a condition that is not met
        if own[key] != back.get(key, kept) and not _is_kept_whole(back, key, own[key]):
            yield f"{key} was {str(own[key])[:50]}, is {str(back.get(key))[:50]}"


def _is_kept_whole(back, key, value):
    """Whether a group that lacks what its macro must have (a mapping without label or units) is in Unassigned, as it was."""
    items = back.get(f"Unassigned/{key.split('/', 1)[0]}")
    return isinstance(items, tuple) and any(part[1] == value for item in items for part in item)


def frames_of(file):
    cached = file.__dict__.setdefault("frames_of_it", None)
    if cached is None:
        cached = file.__dict__["frames_of_it"] = frames(file.dataset)
    return cached


def values(dataset, index):
    """What functional groups say of a frame: macro and attribute, or a private attribute wherever it stands -> its meaning. What
    is kept in Unassigned goes by that name."""
    found = {}
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [None])[0]
    for groups in (shared, dataset.PerFrameFunctionalGroupsSequence[index]):
        for element in groups or []:
            if element.tag.is_private:
                _add(found, groups, element)
            elif element.keyword in _REFERRING or element.VR != "SQ":
                continue
            elif "Unassigned" in element.keyword:
                for item in element.value or []:
                    for part in item:
                        _add(found, item, part, "" if part.tag.is_private else "Unassigned/")
            else:
                for item in element.value or []:
                    for part in item:
                        _add(found, item, part, f"{element.keyword}/")
    return found


def _add(found, item, element, where=""):
    if element.tag.is_private_creator or element.tag.element == 0 or element.keyword in _NUMBERING:
        return
    found[where + name(identity(item, element))] = meaning(element)
