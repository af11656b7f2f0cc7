"""References of `classic/` and `enhanced/` lead to what their targets are there, or led nowhere in the archive; nothing else of an
instance changes for it, and what refers to nothing converted is bit-identical (PS3.4 C.3.5)."""

from collections import Counter, defaultdict

from attribute_values import identity, meaning, name
from frame_pixels import frame_count
from references import content_faults, references, series_alone, uid_values
from sop_classes import CLASSIC, ENHANCED
from verdict import require_none
from view import frame_sources, instance_sources

_MARKS = {"SOPInstanceUID", "SeriesInstanceUID", "QueryRetrieveView", "ContributingEquipmentSequence",
          "ConversionSourceAttributesSequence", "DigitalSignaturesSequence", "MACParametersSequence",
          "DataSetTrailingPadding", "ConcatenationUID", "SOPInstanceUIDOfConcatenationSource", "PixelData", "FloatPixelData", "DoubleFloatPixelData"}  # fmt: skip
_OURS = (0x0009, "DICOMVIEWFS")


def applies(mounted):
    return any(file.dataset is not None and any(references(file.dataset)) for file in mounted.received.shown.values())


def check(mounted):
    problems, counts = [], Counter()
    for view in ("classic", "enhanced"):
        seen = Seen(mounted, view)
        for file in mounted.views[view].files:
            if file.uid:
                problems += [f"{view}/{file.path}: {problem}" for problem in seen.resolves(file, counts)]
        for file in seen.updated:
            counts["instances updated"] += 1
            problems += [f"{view}/{file.path}: {problem}" for problem in seen.same_but_for_references(file)]
        problems += [f"{view}/: {problem}" for problem in seen.untouched(counts)]
    return require_none(problems, ", ".join(f"{count} {what}" for what, count in counts.items()))


class Seen:
    """One view against the archive."""

    def __init__(self, mounted, view):
        self.mounted, self.view = mounted, mounted.views[view]
        self.archive = mounted.received.shown
        self.name = view
        self.series = {str(file.dataset.get("SeriesInstanceUID")) for file in self.view.files if file.uid}
        self.archived_series = {str(file.dataset.get("SeriesInstanceUID")) for file in self.archive.values()}
        self.cut = defaultdict(list)  # UID of an image cut into a concatenation -> (frames before, UID) of its members
        self.concatenations = defaultdict(set)
        for uid, file in self.archive.items():
            if file.dataset.get("ConcatenationUID"):
                offset = int(file.dataset.ConcatenationFrameOffsetNumber)
                self.cut[str(file.dataset.SOPInstanceUIDOfConcatenationSource)].append((offset, uid))
                self.concatenations[str(file.dataset.ConcatenationUID)].add(uid)
        self.cut_here = {
            str(file.dataset.SOPInstanceUIDOfConcatenationSource) for file in self.view.files
            if file.uid and file.dataset.get("SOPInstanceUIDOfConcatenationSource")
        }  # fmt: skip
        self.named = {reference.uid for file in self.archive.values() for reference in references(file.dataset)}
        self.updated, self.sources = [], {}  # made of one instance that is of the same class
        self.of_frame = {}  # (archived UID, frame number or None) -> (UID in the view, frame number or None)
        for file in self.view.files:
            if file.class_uid in ENHANCED:
                self._trace_frames(file)
        for file in mounted.made(view):
            if file.uid:
                self._trace(file)

    def _trace_frames(self, file):
        """Made here of slices, or archived and shown for them (digest X-6)."""
        for number, source in enumerate(frame_sources(file.dataset), start=1):
            if source and self.view.one(source[0]) is None:
                self.of_frame.setdefault((source[0], None), (file.uid, number))

    def _trace(self, file):
        for uid, number in instance_sources(file.dataset):
            self.of_frame[uid, number] = (file.uid, None)
            if uid in self.archive and self.archive[uid].class_uid == file.class_uid:
                self.updated.append(file)
                self.sources[file.uid] = uid

    # --- every reference leads somewhere

    def resolves(self, file, counts):
        for reference in references(file.dataset):
            counts[f"references in {self.name}"] += 1
            target = self.view.one(reference.uid)
            if target is None:
                if reference.uid in self.archive:
                    yield f"{reference} is not in this view"
                elif reference.uid in self.cut and reference.uid not in self.cut_here:
                    yield f"{reference}, which was cut, is not in this view"
                elif reference.uid not in self.named:
                    yield f"{reference} leads nowhere, and nothing of the archive names that"
                continue
            if self.mounted.is_as_received(file):
                continue  # whatever else is wrong came so
            if reference.class_uid != target.class_uid:
                yield f"{reference} has class {reference.class_uid}"
            if reference.series and reference.series != str(target.dataset.get("SeriesInstanceUID")):
                yield f"{reference} is listed in Series {reference.series}"
            if reference.is_listed and reference.frames and target.uid not in self.archive:
                yield f"{reference} has frame numbers in a list of instances"
            if not all(1 <= number <= frame_count(target.dataset) for number in reference.frames):
                yield f"{reference} names a frame that is not there"
        for path, series in series_alone(file.dataset):
            if series not in self.series and series in self.archived_series:
                yield f"{'/'.join(path)} Series {series} is not in this view"
        for uid in uid_values(file.dataset):
            if uid in self.archive and self.view.one(uid) is None or uid in self.archived_series and uid not in self.series:
                yield f"UIDREF {uid} is not in this view"

    # --- to what it led to, and nothing else changed

    def same_but_for_references(self, file):
        source = self.archive[self.sources[file.uid]]
        yield from self._same_targets(source, file)
        yield from content_faults(file.dataset)
        before, after = _others(source.dataset), _others(file.dataset)
        for key in before.keys() | after.keys():
            if before.get(key) != after.get(key):
                yield f"{name(key)} is not that of {source.path}"

    def _same_targets(self, source, file):
        """What is referred to, list by list, as the archive's instances and frames."""
        wanted, found = defaultdict(set), defaultdict(set)
        named = defaultdict(set)  # of an image, the frames it is referred to by outside of lists; None for the whole
        for reference in references(source.dataset):
            if not reference.is_listed:
                named[reference.uid] |= set(reference.frames or [None])
        for reference in references(source.dataset):
            wanted[reference.path] |= self._targets(reference, named[reference.uid])
        for reference in references(file.dataset):
            numbers = (None,) if reference.is_listed else reference.frames or (None,)
            found[reference.path] |= {(reference.uid, number) for number in numbers}
        for path in wanted.keys() | found.keys():
            for uid, number in wanted[path] - found[path]:
                yield f"{'/'.join(path)} does not name {uid} {number or ''}"
            for uid, number in found[path] - wanted[path]:
                yield f"{'/'.join(path)} names {uid} {number or ''}, which is none of its targets"

    def _targets(self, reference, named):
        """(UID, frame number or None) of what stands here for what is referred to in the archive."""
        source = self.archive.get(reference.uid)
        if source is None and reference.uid in self.cut:
            return self._targets_in_concatenation(reference, named)
        if (reference.uid, None) in self.of_frame:
            uid, number = self.of_frame[reference.uid, None]
            if number:
                return {(uid, None if reference.is_listed else number)}
            return {(uid, frame) for frame in reference.frames or (None,)}
        if source is None or source.class_uid not in ENHANCED or self.view.one(reference.uid) is not None:
            # As received, or an image of which another form is shown.
            return {(reference.uid, number) for number in (() if reference.is_listed else reference.frames) or (None,)}
        numbers = set(range(1, frame_count(source.dataset) + 1))
        wanted = set(reference.frames)
        if reference.is_listed:
            wanted = set() if None in named else named
        originals = frame_sources(source.dataset)
        found = set()
        for number in wanted & numbers or numbers:
            original = originals[number - 1] if number <= len(originals) else None
            uid = self.of_frame.get((reference.uid, number), (original[0] if original else None, None))[0]
            found.add((uid, None))
        return found

    def _targets_in_concatenation(self, reference, named):
        """The same of an image that was cut: frame numbers run on through the members."""
        members = sorted(self.cut[reference.uid])
        first = members[0][1]
        numbers = (None,) if reference.is_listed else reference.frames or (None,)
        if (first, None) in self.of_frame:
            changed = self.view.one(self.of_frame[first, None][0]).dataset
            return {(str(changed.SOPInstanceUIDOfConcatenationSource), number) for number in numbers}
        if self.view.one(first) is not None:
            return {(reference.uid, number) for number in numbers}
        wanted = set(reference.frames)
        if reference.is_listed:
            wanted = set() if None in named else named
        frames = {offset + number: (uid, number) for offset, uid in members
                  for number in range(1, frame_count(self.archive[uid].dataset) + 1)}  # fmt: skip
        return {(self.of_frame.get(frames[number], (None, None))[0], None) for number in wanted & frames.keys() or frames}

    # --- what had no reason to change

    def untouched(self, counts):
        """A worklist over the archive: what is made of an image, or refers to what was made, is made; all else is not."""
        moved = {uid for uid, file in self.archive.items() if not self._stands(uid) and file.class_uid in CLASSIC | ENHANCED}
        moved_series = {str(self.archive[uid].dataset.get("SeriesInstanceUID")) for uid in moved}
        while True:
            moved |= {uid for uid, members in self.cut.items() if any(member in moved for _, member in members)}
            more = {
                uid for uid, file in self.archive.items()
                if uid not in moved and (
                    moved & self.concatenations.get(str(file.dataset.get("ConcatenationUID")), set())
                    or any(reference.uid in moved for reference in references(file.dataset))
                    or any(series in moved_series for _, series in series_alone(file.dataset))
                    or any(value in moved or value in moved_series for value in uid_values(file.dataset)))
            }  # fmt: skip
            if not more:
                break
            moved |= more
            moved_series |= {str(self.archive[uid].dataset.get("SeriesInstanceUID")) for uid in more}
        for uid, file in self.archive.items():
            if uid not in moved:
                counts["instances untouched"] += 1
                if not self._stands(uid):
                    yield f"{file.path} refers to nothing converted and is not as received"
            elif self._stands(uid) and not self.mounted.told.unconverted.get((self.name, uid)):
                yield f"{file.path} refers to what is converted and is as received, without a reason"

    def _stands(self, uid):
        file = self.view.one(uid)
        return file is not None and self.mounted.is_as_received(file)


def _others(dataset):
    """The attributes at the top level that hold no reference, by meaning."""
    found = {}
    for element in dataset:
        key = identity(dataset, element)
        if element.tag.is_private_creator or element.tag.element == 0 or element.keyword in _MARKS:
            continue
        if isinstance(key, tuple) and key[:2] == _OURS:
            continue
        if element.VR == "SQ" and element.value and any(_refers(item) for item in element.value):
            continue
        found[key] = meaning(element)
    return found


def _refers(item):
    return any(references(_wrapped(item))) or any(series_alone(_wrapped(item))) or any(uid_values(item))


def _wrapped(item):
    from pydicom.dataset import Dataset

    found = Dataset()
    found.ReferencedInstanceSequence = [item]
    return found
