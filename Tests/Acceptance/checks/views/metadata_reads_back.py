"""The metadata beside each instance, read by pydicom from JSON with bulk data fetched from where they are said to be, are the data
set of the instance again (PS3.18 F)."""

import copy
import json
import os
import re
import warnings

import numpy
from pydicom.dataset import Dataset

from attribute_values import meaning, name
from checks.views.metadata_is_the_data_set import _path, applies  # noqa: F401  for the same instances
from verdict import require_none

_URI = re.compile(r"\.\./([^?]+)\?offset=(\d+)&length=(\d+)$")
_BINARY = {"OB", "OD", "OF", "OL", "OV", "OW", "UN"}
_TRIMMED = " \0\t\r\n"


def check(mounted):
    problems, count = [], 0
    for view, tree in mounted.views.items():
        for file in tree.files:
            if not file.uid or not _is_plain(file.dataset):
                continue
            count += 1
            try:
                problems += [f"{view}/{file.path}: {problem}" for problem in _problems(mounted, view, file)]
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                problems.append(f"{view}/{file.path}: {type(error).__name__} {error}")
    return require_none(problems, f"{count} instances")


def _is_plain(dataset):
    """Little-endian and not deflated, so that bytes are where they are said to be, as they are; and such as pydicom has JSON for."""
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if syntax and (not syntax.is_transfer_syntax or syntax.is_deflated or not syntax.is_little_endian):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            copy.deepcopy(dataset).to_json_dict()
    except Exception:  # broken values
        return False
    return True


def _problems(mounted, view, file):
    own = file.absolute.read_bytes()

    def fetch(tag, vr, uri):
        named = _URI.match(uri)
        if not named or named[1] != os.path.basename(file.path):
            raise ValueError(f"{uri} does not name {os.path.basename(file.path)}")
        return own[int(named[2]) : int(named[2]) + int(named[3])]

    read = Dataset.from_json(json.loads(_path(mounted, view, file).read_bytes()), bulk_data_uri_handler=fetch)
    yield from _differences(file.dataset, read, "")


def _differences(dataset, read, where):
    present = {element.tag for element in dataset if element.tag.element != 0}
    for tag in sorted(present ^ {element.tag for element in read}):
        yield f"{where}{name(int(tag))} is {'missing' if tag in present else 'in no data set'}"
    for tag in sorted(present & set(read.keys())):
        one, other = dataset[tag], read[tag]
        if tag == 0x00080005 or one.VR != other.VR or other.VR == "UN":
            continue  # the text is UTF-8; metadata_is_the_data_set judges VRs
        if one.VR == "SQ":
            if len(one.value or []) != len(other.value or []):
                yield f"{where}{name(int(tag))} has {len(other.value or [])} items"
                continue
            for number, pair in enumerate(zip(one.value or [], other.value or [])):
                yield from _differences(*pair, f"{where}{name(int(tag))}[{number}].")
        elif one.VR in _BINARY:
            if not _same_bytes(one.value, other.value):
                yield f"{where}{name(int(tag))} has other bytes"
        elif one.VR == "FL":
            if _singles(one) != _singles(other):
                yield f"{where}{name(int(tag))} is {str(other.value)[:60]}, not {str(one.value)[:60]}"
        elif _text(one) != _text(other) and "\x1b" not in str(one.value):  # an escape sequence that pydicom does not know
            yield f"{where}{name(int(tag))} is {str(other.value)[:60]!r}, not {str(one.value)[:60]!r}"


def _same_bytes(one, other):
    delimiter = b"\xfe\xff\xdd\xe0\0\0\0\0"
    one, other = one or b"", other if isinstance(other, bytes) else b""
    return one.removesuffix(delimiter).rstrip(b"\0") == other.removesuffix(delimiter).rstrip(b"\0")


def _singles(element):
    """The shortest text of a single names it as well as one of a double does."""
    return numpy.array(element.value if element.value is not None else [], "f4").tobytes()


def _text(element):
    """By meaning; texts without their padding, names without empty groups; of a large value what stands in the file's bytes."""
    if isinstance(element.value, bytes):
        return element.value.decode("utf-8", "replace").strip(_TRIMMED)
    if element.VR == "PN":
        several = element.value if element.VM > 1 else [element.value]
        return tuple(str(value or "").rstrip("=^ ") for value in several)
    value = meaning(element)
    if isinstance(value, str):
        return value.strip(_TRIMMED)
    return tuple(part.strip(_TRIMMED) if isinstance(part, str) else part for part in value) if isinstance(value, tuple) else value
