"""Attributes compared by meaning: private ones by creator, numbers as numbers, sequences item by item."""

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue

_NUMBERS = {"DS", "IS", "FL", "FD", "US", "SS", "UL", "SL", "UV", "SV"}
_REFERENCE = ("ReferencedSOPClassUID", "ReferencedSOPInstanceUID", "ReferencedFrameNumber")


def identity(dataset, element):
    """What an attribute is: its tag, or for a private one (group, creator, element within the block)."""
    tag = element.tag
    if tag.is_private and tag.element > 0xFF:
        creator = dataset.get((tag.group, tag.element >> 8))
        return (tag.group, str(creator.value).strip() if creator is not None else None, tag.element & 0xFF)
    return int(tag)


def name(attribute):
    """An identity for people."""
    if isinstance(attribute, int):
        return keyword_for_tag(attribute) or f"({attribute >> 16:04x},{attribute & 0xFFFF:04x})"
    return f'({attribute[0]:04x},"{attribute[1]}",{attribute[2]:02x})'


def meaning(element: DataElement, targets=None):
    """A value to compare by. `targets` maps references (see `References`) to what they became."""
    if element.VR == "SQ":
        return tuple(item_meaning(item, targets) for item in element.value or [])
    value = element.value
    if isinstance(value, (list, tuple, MultiValue)):
        return tuple(_scalar(element.VR, part) for part in value) if len(value) != 1 else _scalar(element.VR, value[0])
    return _scalar(element.VR, value)


def item_meaning(item, targets=None):
    """A sequence item's attributes in a fixed order; private creators count through the identities they give."""
    mapped = _mapped_reference(item, targets) if targets else {}
    pairs = []
    for element in item:
        if element.tag.is_private_creator or element.tag.element == 0 or element.keyword in mapped:
            continue
        if element.keyword == "SpecificCharacterSet":
            continue
        pairs.append((repr(identity(item, element)), meaning(element, targets)))
    pairs += [(repr(int(DataElement(keyword, "UI", "").tag)), value) for keyword, value in mapped.items()]
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _mapped_reference(item, targets):
    uid = item.get("ReferencedSOPInstanceUID")
    if uid is None or str(uid) not in targets:
        return {}
    return dict(zip(_REFERENCE, targets[str(uid)]))


def _scalar(vr, value):
    if value is None or value == "" or value == b"":
        return ""
    if isinstance(value, bytes):
        return value.rstrip(b"\0 ") if vr == "UN" else value
    if vr in _NUMBERS:
        try:
            return round(float(value), 9)
        except (TypeError, ValueError):
            return str(value).strip()
    return str(value).rstrip("\0 ").lstrip(" " if vr not in ("UT", "ST", "LT", "UC") else "")
