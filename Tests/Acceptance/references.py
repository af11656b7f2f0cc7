"""What data sets refer to: instances, frames and Series in sequences at any depth, content items by position."""

from dataclasses import dataclass


# What names the other view, the past, or what is no composite instance (digest R-4, G-10).
PASSED_OVER = {"ConversionSourceAttributesSequence", "OriginalAttributesSequence", "DigitalSignaturesSequence",
               "MACParametersSequence", "ReferencedStudySequence", "ReferencedPerformedProcedureStepSequence",
               "ReferencedPatientSequence", "ReferencedVisitSequence"}  # fmt: skip
_UNASSIGNED = {"UnassignedSharedConvertedAttributesSequence", "UnassignedPerFrameConvertedAttributesSequence"}
_LISTS = {"ReferencedSOPSequence", "ReferencedInstanceSequence"}


@dataclass(frozen=True)
class Reference:
    """One item that names an instance."""

    path: tuple  # keywords of the sequences it is in, from the top level
    class_uid: str
    uid: str
    frames: tuple  # numbers, from 1
    series: str | None  # of the item that it is listed in

    @property
    def is_listed(self):
        """In a list by Series, which names instances and never frames."""
        return self.series is not None and self.path[-1] in _LISTS

    def __str__(self):
        return f"{'/'.join(self.path)} {self.uid}{'#' + str(list(self.frames)) if self.frames else ''}"


def references(dataset, path=(), series=None):
    """All of them, in document order."""
    for element in dataset:
        if element.VR != "SQ" or element.keyword in PASSED_OVER:
            continue
        here = (*path, element.keyword or str(element.tag))
        for item in element.value or []:
            uid = item.get("ReferencedSOPInstanceUID")
            if uid:
                frames = item.get("ReferencedFrameNumber")
                frames = () if frames in (None, "") else (frames,) if isinstance(frames, (int, str)) else tuple(frames)
                numbers = tuple(int(frame) for frame in frames)
                yield Reference(here, str(item.get("ReferencedSOPClassUID", "")), str(uid), numbers, series)
            own = None if uid or element.keyword in _UNASSIGNED else item.get("SeriesInstanceUID")
            yield from references(item, here, str(own) if own else None)


def series_alone(dataset, path=()):
    """(path, Series Instance UID) of items that name a Series and no instance of it."""
    for element in dataset:
        if element.VR != "SQ" or element.keyword in PASSED_OVER:
            continue
        here = (*path, element.keyword or str(element.tag))
        for item in element.value or []:
            if item.get("SeriesInstanceUID") and element.keyword not in _UNASSIGNED:
                if "ReferencedSOPInstanceUID" not in item and not any(references(item)):
                    yield here, str(item.SeriesInstanceUID)
            yield from series_alone(item, here)


def uid_values(dataset):
    """Values of content items of type UIDREF."""
    for element in dataset:
        if element.keyword == "UID" and element.value:
            yield str(element.value)
        if element.VR == "SQ" and element.keyword not in PASSED_OVER:
            for item in element.value or []:
                yield from uid_values(item)


def content_faults(document):
    """What is wrong with content items: more than one instance named by one, a position that leads nowhere, coordinates
    selected from what is no image or wave form."""
    def walk(item, where):
        for number, child in enumerate(item.get("ContentSequence") or [], start=1):
            place = f"{where}.{number}"
            named = child.get("ReferencedSOPSequence")
            if named is not None and len(named) != 1:
                yield f"content item {place} names {len(named)} instances"
            position = child.get("ReferencedContentItemIdentifier")
            if position is not None:
                target = at(document, [position] if isinstance(position, int) else list(position))
                if target is None:
                    yield f"content item {place} refers to {position}, which is not there"
                elif child.get("RelationshipType") == "SELECTED FROM" and target.get("ValueType") not in ("IMAGE", "WAVEFORM"):
                    yield f"content item {place} is selected from a {target.get('ValueType')}"
            yield from walk(child, place)

    yield from walk(document, "1")


def at(document, position):
    """The content item at a position (PS3.3 C.17.3.2.5), or None."""
    if not position or position[0] != 1:
        return None
    item = document
    for number in position[1:]:
        children = item.get("ContentSequence") or []
        if not 1 <= number <= len(children):
            return None
        item = children[number - 1]
    return item


def pointers(document):
    """What each reference by position leads to, in document order, as (value type, text, instances named)."""
    def walk(item):
        for child in item.get("ContentSequence") or []:
            position = child.get("ReferencedContentItemIdentifier")
            if position is not None:
                yield at(document, [position] if isinstance(position, int) else list(position))
            yield from walk(child)

    return list(walk(document))


