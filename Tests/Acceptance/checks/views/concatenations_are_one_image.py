"""Members of a concatenation stand as received in `enhanced/`, or all are changed and have one new concatenation in common; in
`classic/` the frames of all are numbered on as those of one image."""

from collections import defaultdict

from verdict import require_none
from view import instance_sources


def applies(mounted):
    return bool(_members(mounted))


def check(mounted):
    found = _members(mounted)
    problems = [*_enhanced(mounted, found), *_classic(mounted, found)]
    return require_none(problems, f"{len(found)} concatenations")


def _members(mounted):
    """Concatenation UID -> members in the order of their frames."""
    found = defaultdict(list)
    for file in mounted.received.shown.values():
        if file.dataset is not None and file.dataset.get("ConcatenationUID"):
            found[str(file.dataset.ConcatenationUID)].append(file)
    return {uid: sorted(files, key=lambda file: int(file.dataset.ConcatenationFrameOffsetNumber)) for uid, files in found.items()}


def _enhanced(mounted, found):
    view = mounted.views["enhanced"]
    archived = {str(file.dataset.get(keyword)) for files in found.values() for file in files
                for keyword in ("ConcatenationUID", "SOPInstanceUIDOfConcatenationSource")}  # fmt: skip
    made = {uid: file for file in mounted.made("enhanced") for uid, _ in instance_sources(file.dataset)}
    for uid, files in found.items():
        changed = [made[file.uid] for file in files if file.uid in made]
        standing = [file for file in files if view.one(file.uid) is not None]
        if changed and standing or len(changed) + len(standing) != len(files):
            yield f"concatenation {uid}: {len(changed)} of {len(files)} members are changed, {len(standing)} as received"
        if not changed:
            continue
        for keyword in ("ConcatenationUID", "SOPInstanceUIDOfConcatenationSource"):
            values = {str(file.dataset.get(keyword)) for file in changed}
            if len(values) != 1 or values & archived:
                yield f"concatenation {uid}: members have the {keyword} {sorted(values)}"
        for keyword in ("InConcatenationNumber", "ConcatenationFrameOffsetNumber", "NumberOfFrames"):
            for file, source in zip(changed, files):
                if file.dataset.get(keyword) != source.dataset.get(keyword):
                    yield f"enhanced/{file.path}: {keyword} is not that of {source.path}"


def _classic(mounted, found):
    numbers = defaultdict(dict)
    for file in mounted.taken_apart():
        for uid, number in instance_sources(file.dataset):
            numbers[uid][number] = int(file.dataset.InstanceNumber)
    for uid, files in found.items():
        given = [numbers[file.uid].get(number) for file in files for number in range(1, int(file.dataset.NumberOfFrames) + 1)]
        if files[0].dataset.get("InConcatenationTotalNumber") != len(files):
            told = [file for file in files if mounted.told.unconverted.get(("classic", file.uid))]
            if any(given) or len(told) != len(files):
                yield f"concatenation {uid}: of {len(files)} members that are there, {len(told)} have a reason"
        elif None in given or given != list(range(given[0], given[0] + len(given))):
            yield f"concatenation {uid}: frames are numbered {given}"
