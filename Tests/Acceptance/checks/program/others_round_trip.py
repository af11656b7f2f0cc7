"""Objects that refer to slices, exported from `enhanced/` and received by another archive, are the originals again in its
`classic/`: SOP and Series Instance UIDs and every attribute, but for what says that they were converted (digest C-8, X-7)."""

import archives
from attribute_values import identity, meaning, name
from collections import Counter
from received import Received
from sop_classes import CLASSIC
from verdict import Failed, require_none

_NOT_COMPARED = {"ContributingEquipmentSequence", "QueryRetrieveView", "ConversionSourceAttributesSequence"}


def check(program, folder):
    archives.build("references", folder / "first")
    program.export(folder / "first", "enhanced", folder / "second", folder / "first-index")
    program.export(folder / "second", "classic", folder / "third", folder / "second-index")
    return judge(Received(folder / "first"), Received(folder / "second"), Received(folder / "third"))


def judge(first, second, third):
    changed = [uid for uid in first.shown if uid not in second.shown]
    others = [uid for uid, file in first.shown.items() if file.class_uid not in CLASSIC]
    if len(set(changed) & set(others)) < 10:
        raise Failed("enhanced/ has hardly changed an object: nothing is proved")
    problems = Counter()
    for uid in others:
        if uid not in third.shown:
            problems[f"{first.shown[uid].path} does not come back"] += 1
            continue
        before, after = _values(first.shown[uid].dataset), _values(third.shown[uid].dataset)
        for key in before.keys() | after.keys():
            if before.get(key) != after.get(key):
                problems[f"{first.shown[uid].path}: {name(key)} differs"] += 1
    for uid in third.shown.keys() - first.shown.keys():
        problems[f"{third.shown[uid].path} was not there before"] += 1
    return require_none(problems, f"{len(others)} objects, {len(set(changed) & set(others))} of them changed and back")


def _values(dataset):
    return {
        identity(dataset, element): meaning(element)
        for element in dataset
        if not element.tag.is_private_creator and element.tag.element and element.keyword not in _NOT_COMPARED
    }
