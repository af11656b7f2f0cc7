"""A reference that leads to what a view made does not say where it can be fetched: that was said of the original, under another UID
(PS3.3 C.17.2.1). One that leads to what is as received says it still."""

from collections import Counter

from references import PASSED_OVER
from verdict import require_none
from view import frame_sources, instance_sources

PLACES = (
    "RetrieveAETitle", "InstanceAvailability", "RetrieveURL", "RetrieveURI", "RetrieveLocationUID", "DICOMRetrievalSequence",
    "DICOMMediaRetrievalSequence", "WADORetrievalSequence", "XDSRetrievalSequence", "WADORSRetrievalSequence",
    "RepositoryUniqueID", "HomeCommunityID", "StorageMediaFileSetID", "StorageMediaFileSetUID",
)  # fmt: skip


def applies(mounted):
    return any(places(file.dataset) for file in mounted.received.shown.values() if file.dataset is not None)


def check(mounted):
    problems, count = [], 0
    for view in ("classic", "enhanced"):
        for file in mounted.made(view):
            named = [uid for uid, _ in (*instance_sources(file.dataset), *filter(None, frame_sources(file.dataset)))]
            sources = [mounted.received.shown[uid] for uid in dict.fromkeys(named) if uid in mounted.received.shown]
            count += 1
            own, said = places(file.dataset), Counter()
            for source in sources:
                said |= places(source.dataset)
            for target, keyword in own.keys() - said.keys():
                problems.append(f"{view}/{file.path}: {keyword} beside {target}, of which no source says it")
            if len(sources) != 1 or sources[0].class_uid != file.class_uid:
                continue  # what images that are converted say of it themselves may be lost
            unchanged = {_target(item) for item in _items(file.dataset)}
            for target, keyword in said.keys() - own.keys():
                if target in unchanged:
                    problems.append(f"{view}/{file.path}: {keyword} beside {target} is lost, though that did not change")
    return require_none(problems, f"{count} files")


def _items(dataset):
    for element in dataset:
        if element.VR == "SQ" and element.keyword not in PASSED_OVER:
            for item in element.value or []:
                yield item
                yield from _items(item)


def _target(item):
    return str(item.get("ReferencedSOPInstanceUID") or item.get("SeriesInstanceUID") or "")


def places(dataset):
    """(what an item names, place) -> how often."""
    return Counter((_target(item), keyword) for item in _items(dataset) for keyword in PLACES if keyword in item and _target(item))
