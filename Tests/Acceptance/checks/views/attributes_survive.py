"""Every attribute of a slice, private ones by their creator, is found with its value in the combined image: at top level, in
the functional groups all frames share, or in those of its own frame. What the standard gives another name, or forbids, is
listed here, each with its rule."""

from attribute_values import identity, item_meaning, meaning, name
from collections import Counter
from verdict import require_none
from view import frame_sources

# Replaced by conversion, or having no place in what it makes (PS3.4 C.3.5; E-4, E-9..E-13, G-1, G-10 of the digest).
_REPLACED = {
    "SOPClassUID", "SOPInstanceUID", "PixelData", "SpecificCharacterSet", "QueryRetrieveView",
    "ConversionSourceAttributesSequence", "ConcatenationUID", "SOPInstanceUIDOfConcatenationSource",
    "ConcatenationFrameOffsetNumber", "InConcatenationNumber", "InConcatenationTotalNumber", "GraphicAnnotationSequence",
    "DigitalSignaturesSequence", "MACParametersSequence", "DataSetTrailingPadding", "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths", "LengthToEnd",
}  # fmt: skip
# Sequences that conversion only adds to: the source's items must be among theirs (G-3, G-8).
_GROWING = {"ContributingEquipmentSequence", "RequestAttributesSequence"}
# Without items they refer to nothing, and dciodvfy asks for what they refer to wherever they stand: they are kept by their tags
# and come back (enhanced_and_back).
_LISTS = {"ReferencedImageSequence", "SourceImageSequence"}
# Classic name -> name in a functional group macro, where the value may stand instead.
_RENAMED = {
    "ImageType": "FrameType", "AcquisitionNumber": "FrameAcquisitionNumber", "ImageComments": "FrameComments",
    "AcquisitionDateTime": "FrameAcquisitionDateTime", "TemporalPositionIdentifier": "TemporalPositionIndex",
    "TriggerTime": "NominalCardiacTriggerDelayTime", "NominalInterval": "RRIntervalTimeNominal",
    "ActualFrameDuration": "FrameAcquisitionDuration", "ImageLaterality": "FrameLaterality",
}  # fmt: skip


def applies(mounted):
    return bool(mounted.combined())


def check(mounted):
    targets = _targets(mounted)
    problems, count = Counter(), 0
    for file in mounted.combined():
        for index, source in enumerate(frame_sources(file.dataset)):
            received = mounted.received.shown.get(source[0]) if source else None
            if received is None:
                continue  # frames_are_their_slices says so
            count += sum(1 for _ in received.dataset)
            for problem in lost(received.dataset, file.dataset, index, targets):
                problems[problem] += 1
    return require_none([f"{problem} ({times} times)" for problem, times in problems.most_common()], f"{count} attributes")


def _targets(mounted):
    """Classic SOP Instance UID -> what a reference to it has become: class, instance, frame number."""
    found = {}
    for file in mounted.combined():
        for number, source in enumerate(frame_sources(file.dataset), start=1):
            if source:
                found[source[0]] = (file.class_uid, file.uid, float(number))
    return found


def lost(source, combined, index, targets):
    """What of `source` is not in frame `index` (from 0) of `combined`, or not with its value."""
    places = _places(combined, index)
    for element in source:
        if element.tag.is_private_creator or element.tag.element == 0 or element.keyword in _REPLACED:
            continue
        if element.tag.group & 0xFF00 in (0x5000, 0x6000) and element.tag.group % 2 == 0:
            continue  # curves and overlays leave the image (E-9, E-10)
        key = identity(source, element)
        values = _found(places, key)
        if element.keyword in _RENAMED and not values:
            values = _found(places, _tag(_RENAMED[element.keyword]))
        if not values and element.keyword in _LISTS and not element.value:
            continue
        if not values:
            yield f"{name(key)} is lost"
        elif element.keyword in _GROWING:
            items = {item_meaning(part) for value in values for part in value.value or []}
            if not {item_meaning(part) for part in element.value or []} <= items:
                yield f"{name(key)} has lost an item"
        elif not _same(element, values[0], targets):
            yield f"{name(key)} is {_short(values[0])}, the slice has {_short(element)}"


def _same(element, other, targets):
    if meaning(element) == meaning(other) or element.VR == "SQ" and meaning(element, targets) == meaning(other):
        return True
    if "UN" in (element.VR, other.VR) and element.VR != other.VR:
        return _raw(element) == _raw(other)
    return False


def _raw(element):
    """UN against a known VR: only text and bytes can be compared without its rules."""
    value = element.value
    if isinstance(value, str):
        value = value.encode("latin-1", "replace")
    return bytes(value).rstrip(b"\0 ") if isinstance(value, (bytes, bytearray)) else value


def _short(element):
    text = repr(element.value)
    return text if len(text) <= 60 else text[:57] + "..."


def _tag(keyword):
    from pydicom.datadict import tag_for_keyword

    return int(tag_for_keyword(keyword))


def _places(combined, index):
    """Where a reader looks for a value of this frame, the first to win (C-5): its unassigned attributes, the shared
    unassigned ones, its functional groups, the shared ones, the top level."""
    shared = (combined.get("SharedFunctionalGroupsSequence") or [None])[0]
    frame = (combined.get("PerFrameFunctionalGroupsSequence") or [])[index]
    found = [*(frame.get("UnassignedPerFrameConvertedAttributesSequence") or [])]
    if shared is not None:
        found += shared.get("UnassignedSharedConvertedAttributesSequence") or []
    for groups in (frame, shared):
        if groups is None:
            continue
        macros = [part for sequence in groups if sequence.VR == "SQ" and "Unassigned" not in sequence.keyword
                  for part in sequence.value or []]  # fmt: skip
        found += [groups, *macros]
        found += [part for macro in macros for deeper in macro if deeper.VR == "SQ" for part in deeper.value or []]
    return [_by_identity(place) for place in [*found, combined]]


def _by_identity(place):
    cached = getattr(place, "_acceptance_identities", None)
    if cached is None:
        cached = {identity(place, element): element for element in place if not element.tag.is_private_creator}
        object.__setattr__(place, "_acceptance_identities", cached)
    return cached


def _found(places, key):
    return [place[key] for place in places if key in place]
