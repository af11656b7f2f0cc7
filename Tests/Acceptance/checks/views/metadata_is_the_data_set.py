"""The metadata beside each instance are its data set in the DICOM JSON Model (PS3.18 F), as pydicom has it; what is bulk data is
named by where it is in the instance's own file."""

import base64
import functools
import json
import math
import os
import re
import struct

from verdict import require_none

_TEXT = {"AE", "AS", "CS", "DA", "DT", "LO", "LT", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
_BINARY = {"OB", "OD", "OF", "OL", "OV", "OW", "UN"}
_URI = re.compile(r"\.\./([^?]+)\?offset=(\d+)&length=(\d+)$")
_LIMIT = 1024


def applies(mounted):
    return bool(mounted.views["default"].files)


def check(mounted):
    problems, count = [], 0
    for view, tree in mounted.views.items():
        for file in tree.files:
            if not file.uid:
                continue
            try:
                expected = _of_pydicom(file)
            except Exception:  # pydicom has no JSON for some broken values
                continue
            count += 1
            try:
                text = _path(mounted, view, file).read_bytes()
                found = json.loads(text.decode("utf-8", "strict"))
                problems += [f"{view}/{file.path}: {problem}" for problem in _differences(expected, found, file)]
            except (OSError, ValueError) as error:
                problems.append(f"{view}/{file.path}: {type(error).__name__} {error}")
    return require_none(problems, f"{count} instances")


def _path(mounted, view, file):
    return mounted.beside(view, file, ".metadata") / (os.path.basename(file.path).removesuffix(".dcm") + ".json")


def _of_pydicom(file):
    """With what pydicom has of bulk data in the place of where they are."""
    return file.dataset.to_json_dict(bulk_data_threshold=_LIMIT, bulk_data_element_handler=lambda element: element.value)


def _differences(expected, found, file, path=""):
    for tag in sorted(expected.keys() | found.keys()):
        where = path + tag
        if tag.endswith("0000"):
            continue  # group lengths are no part of the model (F.2)
        if tag not in found:
            if not _is_left_out(expected[tag], file):
                yield f"{where} is missing"
        elif tag not in expected:
            yield f"{where} is in no data set"
        else:
            yield from _compare(tag, expected[tag], found[tag], file, where)


def _is_left_out(element, file):
    """Bulk data of a deflated file, which are at no place in it."""
    return file.dataset.file_meta.get("TransferSyntaxUID") == "1.2.840.10008.1.2.1.99" and element["vr"] in _BINARY


def _compare(tag, expected, found, file, where):
    vr = found["vr"]
    if tag == "00080005":
        if found.get("Value") != ["ISO_IR 192"]:
            yield f"{where}: the text is UTF-8, not {found.get('Value')}"
        return
    if vr != expected["vr"]:
        # pydicom knows VRs of some makers' private elements; the model takes them as they are.
        if vr != "UN" and {vr, expected["vr"]} - {"OB", "OW", "US", "SS", "UN"}:
            yield f"{where}: {vr} for {expected['vr']}"
        return
    if "BulkDataURI" in found:
        yield from _compare_bulk(expected, found["BulkDataURI"], file, where)
    elif vr in _BINARY:
        # pydicom measures what is in the text as Base64, and gives words of big-endian files as they stand.
        value = expected.get("BulkDataURI")
        value = value if isinstance(value, bytes) else base64.b64decode(expected.get("InlineBinary", ""))
        syntax = file.dataset.file_meta.get("TransferSyntaxUID")
        if vr == "OW" and syntax and not syntax.is_little_endian:
            value = bytes(byte for pair in zip(value[1::2], value[::2], strict=True) for byte in pair)
        if base64.b64decode(found.get("InlineBinary", "")).rstrip(b"\0") != value.rstrip(b"\0"):
            yield f"{where}: other bytes"
    elif vr == "SQ":
        left, right = expected.get("Value", []), found.get("Value", [])
        if len(left) != len(right):
            yield f"{where}: {len(right)} items for {len(left)}"
            return
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differences(one or {}, other, file, f"{where}[{index}].")
    else:
        left, right = _values(expected, vr), _values(found, vr)
        if len(left) != len(right) or not all(_equal(vr, *pair) for pair in zip(left, right, strict=True)):
            yield f"{where}: {found.get('Value')!r} for {expected.get('Value')!r}"


def _values(element, vr):
    values = list(element.get("Value", []))
    if vr == "PN":
        values = [_name(value) for value in values]
    elif vr in _TEXT:
        values = [(value or "").strip(" \0\t\r\n") for value in values]
    while values and values[-1] in (None, "", {}):
        values.pop()
    return values


def _name(value):
    groups = {key: text.strip() for key, text in (value or {}).items()}
    return {key: text for key, text in groups.items() if text}


def _equal(vr, one, other):
    if vr in ("DS", "IS", "FD") and one not in (None, "") and not isinstance(other, str):
        return math.isclose(float(one), float(other), rel_tol=1e-12)
    if vr == "FL" and isinstance(one, float) and isinstance(other, int | float):
        return struct.pack("f", one) == struct.pack("f", other)
    return (one or None) == (other or None) or str(one).lower() == str(other).lower()


@functools.lru_cache(maxsize=1)
def _bytes(path):
    return path.read_bytes()


def _compare_bulk(expected, uri, file, where):
    named = _URI.match(uri)
    if not named or named[1] != os.path.basename(file.path):
        yield f"{where}: {uri} does not name {os.path.basename(file.path)}"
        return
    start, length = int(named[2]), int(named[3])
    value = expected.get("BulkDataURI")
    if not isinstance(value, bytes):
        return  # a long text or list, which pydicom gives in full
    data = _bytes(file.absolute)
    bytes_there = data[start : start + length].removesuffix(b"\xfe\xff\xdd\xe0\0\0\0\0")
    if bytes_there.rstrip(b"\0") != value.removesuffix(b"\xfe\xff\xdd\xe0\0\0\0\0").rstrip(b"\0"):
        yield f"{where}: {length} bytes from {start} on are not its value"
