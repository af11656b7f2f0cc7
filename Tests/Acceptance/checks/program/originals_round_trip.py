"""Classic slices, combined, taken to another archive and taken apart there, are the originals again: their SOP and Series
Instance UIDs and every attribute, but for what says that they were converted (digest C-8, X-1)."""

import archives
from attribute_values import identity, meaning, name
from collections import Counter
from frame_pixels import frames, same
from received import Received
from sop_classes import CLASSIC
from verdict import Failed, require_none

ARCHIVES = ("ct_axial", "mr_two_echoes", "mr_over_time", "pet_dynamic", "private_nesting", "ct_compressed", "ct_derived", "flattened")
_MARKS = {"ContributingEquipmentSequence", "QueryRetrieveView", "ConversionSourceAttributesSequence"}
_NOT_COMPARED = _MARKS | {"PixelData", "SpecificCharacterSet"}


def check(program, folder):
    for archive in ARCHIVES:
        archives.build(archive, folder / "first" / archive)
    program.export(folder / "first", "enhanced", folder / "second", folder / "first-index")
    program.export(folder / "second", "classic", folder / "third", folder / "second-index")
    return judge(Received(folder / "first"), Received(folder / "second"), Received(folder / "third"))


def judge(first, second, third):
    """Are the classic images of the third archive those of the first?"""
    if any(file.class_uid in CLASSIC for file in second.instances):
        raise Failed("enhanced/ has left slices uncombined: nothing is proved")
    originals = {uid: file for uid, file in first.shown.items() if file.class_uid in CLASSIC}
    problems = Counter()
    for uid, original in originals.items():
        back = third.shown.get(uid)
        if back is None:
            problems["an original SOP Instance UID does not come back"] += 1
            continue
        for problem in _differences(original.dataset, back.dataset):
            problems[problem] += 1
    if len(third.instances) != len(first.instances):
        problems[f"{len(third.instances)} instances come back, {len(first.instances)} went in"] += 1
    return require_none([f"{text} ({times} times)" for text, times in problems.most_common()], f"{len(originals)} slices")


def _differences(original, back):
    if not same(original, frames(original)[0], back, frames(back)[0]):
        yield "other pixels"
    before, after = _values(original), _values(back)
    for key in before.keys() - after.keys():
        yield f"{name(key)} is lost"
    for key in after.keys() - before.keys():
        yield f"{name(key)} is new"
    for key in before.keys() & after.keys():
        if before[key] != after[key]:
            yield f"{name(key)} was {str(before[key])[:50]}, is {str(after[key])[:50]}"


def _values(dataset):
    """References inside sequences may have followed their targets there and back: UIDs in them count as they are."""
    return {
        identity(dataset, element): meaning(element)
        for element in dataset
        if not element.tag.is_private_creator and element.tag.element and element.keyword not in _NOT_COMPARED
    }
