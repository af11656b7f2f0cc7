"""Where a scanner wrote one acquisition both as classic slices and as Enhanced MR, our slices equal the scanner's own: pixel
data, position, orientation, spacing, echo time, rescale."""

import hashlib

from frame_pixels import frames
from sop_classes import CLASSIC
from verdict import require_none

# keyword, digits after the point that the scanner's own two forms agree on
_EQUAL = (
    ("ImagePositionPatient", 4), ("ImageOrientationPatient", 5), ("PixelSpacing", 5), ("EchoTime", 3),
    ("RescaleSlope", 6), ("RescaleIntercept", 6),
)  # fmt: skip


def applies(mounted):
    return "-PAIR-" in mounted.name


def check(mounted):
    scanner = {}
    for source in mounted.received.shown.values():
        if source.class_uid in CLASSIC:
            scanner.setdefault(_key(source.dataset), []).append(source)
    problems = [] if mounted.taken_apart() else ["classic/: nothing was taken apart"]
    for file in mounted.taken_apart():
        same_pixels = scanner.get(_key(file.dataset), [])
        if not same_pixels:
            problems.append(f"classic/{file.path}: the scanner wrote no slice with these pixels at this place")
            continue
        differences = [list(_differences(file.dataset, source.dataset)) for source in same_pixels]
        if all(differences):
            problems += [f"classic/{file.path} against {same_pixels[0].path}: {text}" for text in differences[0]]
    return require_none(problems, f"{len(mounted.taken_apart())} slices")


def _key(dataset):
    pixels = hashlib.sha256(frames(dataset)[0]).digest()
    return pixels, tuple(round(float(value), 2) for value in dataset.ImagePositionPatient)


def _differences(own, scanners):
    for keyword, digits in _EQUAL:
        values = [_rounded(dataset.get(keyword), digits) for dataset in (own, scanners)]
        if values[0] != values[1]:
            yield f"{keyword} {own.get(keyword)}, the scanner's {scanners.get(keyword)}"


def _rounded(value, digits):
    if value in (None, ""):
        return None
    parts = value if hasattr(value, "__iter__") and not isinstance(value, str) else [value]
    return [round(float(part), digits) + 0.0 for part in parts]
