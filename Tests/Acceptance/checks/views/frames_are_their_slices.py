"""Each frame of a combined image has the pixel data of the slice it names, bit for bit, and its place."""

from frame_pixels import frames, same
from verdict import Failed, require_none
from view import frame_sources


def applies(mounted):
    return bool(mounted.combined())


def check(mounted):
    problems = []
    count = 0
    for file in mounted.combined():
        try:
            count += _compare(mounted, file, problems)
        except (Failed, AttributeError, ValueError) as error:
            problems.append(f"enhanced/{file.path}: {error}")
    return require_none(problems, f"{count} frames of {len(mounted.combined())} images")


def _compare(mounted, file, problems):
    dataset = file.dataset
    own, sources = frames(dataset), frame_sources(dataset)
    if len(own) != len(sources):
        problems.append(f"enhanced/{file.path}: {len(own)} frames, {len(sources)} per-frame items")
    for number, (frame, source, groups) in enumerate(
        zip(own, sources, dataset.PerFrameFunctionalGroupsSequence), start=1
    ):
        received = mounted.received.shown.get(source[0]) if source else None
        if received is None:
            problems.append(f"enhanced/{file.path}: frame {number} names no slice of the archive")
            continue
        if not same(received.dataset, frames(received.dataset)[0], dataset, frame):
            problems.append(f"enhanced/{file.path}: frame {number} has not the pixels of {received.path}")
        for sequence, keyword in (
            ("PlanePositionSequence", "ImagePositionPatient"),
            ("PlaneOrientationSequence", "ImageOrientationPatient"),
            ("PixelMeasuresSequence", "PixelSpacing"),
        ):
            expected = received.dataset.get(keyword)
            if expected and _macro(dataset, groups, sequence, keyword) != [float(value) for value in expected]:
                problems.append(f"enhanced/{file.path}: frame {number} has not the {keyword} of {received.path}")
    return len(own)


def _macro(dataset, groups, sequence, keyword):
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [{}])[0]
    items = groups.get(sequence) or shared.get(sequence)
    return [float(value) for value in items[0].get(keyword) or []] if items else None
