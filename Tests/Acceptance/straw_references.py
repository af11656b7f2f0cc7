"""References as the converter of straw follows them: from slices to frames, and to objects that are changed for it."""

import copy
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from archives.instance import item, uid
from checks.views.places_of_originals_are_not_kept import PLACES
from references import PASSED_OVER, references, series_alone, uid_values

_LISTS = ("ReferencedSOPSequence", "ReferencedInstanceSequence")
_CREATOR = "DICOMVIEWFS"  # of the block by which originals come back; not compared


def follow(images, others):
    """`images`: combined images with, for each, its slices in frame order. `others`: files of all else. Rewrites references of
    the images; returns {SOP Instance UID: data set} of others that are changed."""
    became, series = {}, {}
    for image, slices in images:
        for number, part in enumerate(slices, start=1):
            became[part.SOPInstanceUID] = (image.SOPClassUID, image.SOPInstanceUID, number, image.SeriesInstanceUID)
            series[part.SeriesInstanceUID] = image.SeriesInstanceUID
    changed = {}
    while True:
        cut = {file.dataset.get("ConcatenationUID") for file in changed.values()} - {None}
        more = [file for file in others if file.uid not in changed
                and (_refers(file.dataset, became, series) or file.dataset.get("ConcatenationUID") in cut)]  # fmt: skip
        if not more:
            break
        for file in more:
            changed[file.uid] = file
            own = uid("straw other", file.uid), uid("straw other", file.dataset.SeriesInstanceUID)
            became[file.uid] = (file.class_uid, own[0], None, own[1])
    for image, _ in images:
        _rewrite(image, became, series)
    found = {}
    for original, file in changed.items():
        dataset = copy.deepcopy(file.dataset)
        _rewrite(dataset, became, series)
        dataset.SOPInstanceUID, dataset.SeriesInstanceUID = became[original][1], became[original][3]
        dataset.ConversionSourceAttributesSequence = [
            item(ReferencedSOPClassUID=file.class_uid, ReferencedSOPInstanceUID=original)
        ]
        for keyword in ("ConcatenationUID", "SOPInstanceUIDOfConcatenationSource"):
            if keyword in dataset:
                dataset[keyword].value = uid("straw cut", dataset[keyword].value)
        dataset.private_block(0x0009, _CREATOR, create=True).add_new(0x10, "OB", file.absolute.read_bytes())
        found[original] = dataset
    return found


def original(dataset):
    """The data set that one of `follow` was made of, or None."""
    try:
        kept = dataset.private_block(0x0009, _CREATOR)[0x10].value
    except KeyError:
        return None
    return dcmread(BytesIO(kept))


def _refers(dataset, became, series):
    return (
        any(reference.uid in became for reference in references(dataset))
        or any(uid in series for _, uid in series_alone(dataset))
        or any(value in became or value in series for value in uid_values(dataset))
    )


def _rewrite(dataset, became, series):
    for element in dataset:
        if element.keyword == "UID":
            element.value = series.get(str(element.value), element.value)
        if element.VR == "SQ" and element.keyword not in PASSED_OVER:
            element.value = [new for old in element.value or [] for new in _items(old, element.keyword, became, series)]


def _items(old, keyword, became, series):
    target = became.get(str(old.get("ReferencedSOPInstanceUID")))
    if target:
        _forget_places(old)
        old.ReferencedSOPClassUID, old.ReferencedSOPInstanceUID = target[:2]
        if target[2]:
            old.ReferencedFrameNumber = target[2]
    named = old.get("SeriesInstanceUID")
    lists = [element for element in old if element.VR == "SQ" and any("ReferencedSOPInstanceUID" in part for part in element.value)]
    if not named or "ReferencedSOPInstanceUID" in old or keyword.startswith("Unassigned"):
        _rewrite(old, became, series)
        return [old]
    if not lists:
        if str(named) in series:
            _forget_places(old)
        old.SeriesInstanceUID = series.get(str(named), named)
        return [old]
    parts = {}
    for element in lists:
        for part in element.value:
            where = became.get(str(part.ReferencedSOPInstanceUID), (None, None, None, named))[3]
            found = parts.setdefault(str(where), Dataset())
            new = _items(part, element.keyword, became, series)[0]
            if element.keyword in _LISTS:
                new.pop("ReferencedFrameNumber", None)
            kept = list(found[element.tag].value) if element.tag in found else []
            if element.keyword not in _LISTS or all(new.ReferencedSOPInstanceUID != one.ReferencedSOPInstanceUID for one in kept):
                kept.append(new)
            found.add_new(element.tag, "SQ", kept)
    result = []
    for where, found in parts.items():
        for element in old:
            if element.tag not in found and element not in lists:
                found[element.tag] = copy.deepcopy(element)
        found.SeriesInstanceUID = where
        if where != str(named):
            _forget_places(found)
        result.append(found)
    return result


def _forget_places(old):
    for keyword in PLACES:
        old.pop(keyword, None)
