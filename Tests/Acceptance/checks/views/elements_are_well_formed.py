"""Every file that was made is a data set by PS3.5 to the byte: tags ascend at every level and stand once, lengths are stated and
even, private elements have their creator if they came with one, and nothing is behind the last (7.1, 7.5, 7.8)."""

import struct

from verdict import require_none

_LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
_UNDEFINED = 0xFFFFFFFF
_PIXELS = 0x7FE00010
_ITEM, _END = 0xFFFEE000, 0xFFFEE0DD


class _Broken(Exception):
    pass


def applies(mounted):
    return any(mounted.made(view) for view in ("classic", "enhanced"))


def check(mounted):
    problems, count, orphans = [], 0, _orphans(mounted)
    for view in ("classic", "enhanced"):
        for file in mounted.made(view):
            count += 1
            data = file.absolute.read_bytes()
            try:
                if data[128:132] != b"DICM":
                    raise _Broken("has no preamble")
                start = 132 + 12 + struct.unpack_from("<I", data, 140)[0]
                _elements(data, 132, start, "meta ", orphans)
                _elements(data, start, len(data), "", orphans)
            except _Broken as why:
                problems.append(f"{view}/{file.path}: {why}")
            except struct.error:
                problems.append(f"{view}/{file.path}: ends within an element")
    return require_none(problems, f"{count} files")


def _orphans(mounted):
    """Tags of private elements that are without a creator in the archive, at any level."""
    found, pending = set(), [file.dataset for file in mounted.received.shown.values() if file.dataset is not None]
    while pending:
        dataset = pending.pop()
        for element in dataset:
            group, number = element.tag.group, element.tag.element
            if group % 2 == 1 and not 0x10 <= number <= 0xFF and (group, number >> 8) not in dataset:
                found.add(int(element.tag))
            if element.VR == "SQ":
                pending.extend(element.value or [])
    return found


def _elements(data, position, end, where, orphans):
    last, creators = -1, set()
    while position < end:
        group, element = struct.unpack_from("<HH", data, position)
        tag = group << 16 | element
        name = f"{where}({group:04x},{element:04x})"
        if tag <= last:
            raise _Broken(f"{name} stands behind ({last >> 16:04x},{last & 0xFFFF:04x})")
        last = tag
        if element == 0 and group != 0x0002:
            raise _Broken(f"{name} is a group length")
        if group % 2 == 1:
            if 0x10 <= element <= 0xFF:
                creators.add((group, element))
            elif (group, element >> 8) not in creators and tag not in orphans:
                raise _Broken(f"{name} has no creator")
        vr = data[position + 4 : position + 6]
        if not (vr.isalpha() and vr.isupper()):
            raise _Broken(f"{name} has the VR {vr!r}")
        if vr in _LONG:
            length, value = struct.unpack_from("<I", data, position + 8)[0], position + 12
        else:
            length, value = struct.unpack_from("<H", data, position + 6)[0], position + 8
        if length == _UNDEFINED:
            if tag != _PIXELS or where:
                raise _Broken(f"{name} has no length")
            position = _fragments(data, value, end)
            continue
        if length % 2 or value + length > end:
            raise _Broken(f"{name} is {length} bytes long")
        if vr == b"SQ":
            _items(data, value, value + length, name, orphans)
        position = value + length
    if position != end:
        raise _Broken(f"{where or 'the file'} goes on behind its last element")


def _items(data, position, end, name, orphans):
    number = 0
    while position < end:
        group, element, length = struct.unpack_from("<HHI", data, position)
        if group << 16 | element != _ITEM or length == _UNDEFINED or position + 8 + length > end:
            raise _Broken(f"{name} item {number} has no length of its own")
        _elements(data, position + 8, position + 8 + length, f"{name}[{number}].", orphans)
        position += 8 + length
        number += 1


def _fragments(data, position, end):
    while position < end:
        group, element, length = struct.unpack_from("<HHI", data, position)
        position += 8
        if group << 16 | element == _END:
            return position
        if group << 16 | element != _ITEM or length % 2:
            raise _Broken(f"a fragment is {length} bytes long")
        position += length
    raise _Broken("the fragments have no end")
