"""dcm2niix makes the same NIfTI voxels and affine from `default/` as from `classic/` and `enhanced/`, of every Series of which it
reads both forms; where it does not, dcm2niix.tsv says why, and docs/PROGRAMS.md more.

Volumes are compared, however many of them it puts into one file. A Series that is several images is asked for image by image
where it is not the same as a whole. Where planes have slopes of their own, dcm2niix applies one of a multi-frame image to all of
it: then each plane must be that many times what it ought to be."""

import shutil
from collections import Counter, defaultdict
from pathlib import Path

import nifti
from sop_classes import CLASSIC, ENHANCED
from verdict import Skipped, require_none
from view import frame_sources, instance_sources

HERE = Path(__file__).resolve().parents[2]


def applies(mounted):
    return bool(mounted.combined() or mounted.taken_apart())


def check(mounted):
    if not shutil.which("dcm2niix"):
        raise Skipped("dcm2niix is not installed")
    listed, needed, counts, problems = exceptions(mounted.name), set(), Counter(), []
    for view, series, pairs in _series(mounted):
        verdict, told = _compare(mounted, pairs)
        name = _name(pairs[0][0][0].dataset)
        if verdict is None and (view, name) in listed:
            needed.add((view, name))
        elif verdict is None:
            problems.append(f"{view}/, Series {name} ({series}): {told}")
        counts[verdict or "cannot be, as listed"] += 1
    problems += [
        f"{view}/, Series {name} is not here, or is the same: take it out of dcm2niix.tsv" for view, name in listed if (view, name) not in needed
    ]
    return require_none(problems, ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))


def exceptions(archive):
    """(view, number and description of the Series) -> why dcm2niix does not make the same of it."""
    rows = [line.split("\t") for line in (HERE / "dcm2niix.tsv").read_text().splitlines()[1:] if line]
    return {(row[1], row[2]): row[3] for row in rows if row[0] == archive}


def _name(dataset):
    return " ".join(str(dataset.get(keyword) or "") for keyword in ("SeriesNumber", "SeriesDescription")).strip()


def _series(mounted):
    """(view, Series Instance UID, [(files of default/, files of the view)]) of what was converted, an entry an image."""
    shown = mounted.views["default"].by_uid
    for view, made, is_source in (
        ("classic", mounted.taken_apart(), lambda file: file.class_uid in ENHANCED),
        ("enhanced", mounted.combined(), lambda file: file.class_uid in CLASSIC),
    ):
        images = defaultdict(lambda: ({}, {}))  # a multi-frame image's UID -> its form there and here, by UID
        for file in made:
            sources = {uid for uid, _ in [*filter(None, frame_sources(file.dataset)), *instance_sources(file.dataset)]}
            sources = {uid for uid in sources if uid in shown and is_source(shown[uid][0])}
            key = file.uid if view == "enhanced" else next(iter(sources), None)
            images[key][0].update({uid: shown[uid][0] for uid in sources})
            images[key][1][file.uid] = file
        series = defaultdict(list)
        for there, here in images.values():
            if there:
                uid = str(next(iter(there.values())).dataset.get("SeriesInstanceUID"))
                series[uid].append((list(there.values()), list(here.values())))
        for uid, pairs in sorted(series.items()):
            yield view, uid, pairs


def _compare(mounted, pairs):
    """(what was found, None) or (None, the difference)."""
    verdict, told = _compare_one([file for pair in pairs for file in pair[0]], [file for pair in pairs for file in pair[1]])
    if verdict is None and len(pairs) > 1:
        each = [_compare_one(*pair) for pair in pairs]
        different = [text for found, text in each if found is None]
        return (None, different[0]) if different else ("the same image by image", None)
    return verdict, told


def _compare_one(there, here):
    """Files of one form and of the other."""
    wanted, found = (nifti.convert([file.absolute for file in files]) for files in (there, here))
    if not wanted.volumes:
        return "not read as received", None
    left = list(found.volumes)
    slopes = None
    for volume in wanted.volumes:
        match = next((index for index, other in enumerate(left) if volume.is_same(other)), None)
        if match is None:
            slopes = slopes or _slopes([*there, *here])
            match = next((index for index, other in enumerate(left) if _is_scaled(volume, other, slopes)), None)
        if match is None:
            break
        left.pop(match)
    else:
        if not left:
            return ("the same" if slopes is None else "the same but for slopes"), None
    return None, f"{wanted.shapes} as received, {found.shapes} here{_difference(wanted, found)}: {_words(found)}"


def _is_scaled(volume, other, slopes):
    if len(slopes) < 2 or not volume.lies_as(other):
        return False
    scales = volume.scales(other)
    # Both files may have a slope of their own for all planes, so what counts is that there are no others than theirs.
    return scales is not None and all(
        any(abs(scale - one / another) <= 1e-4 * scale for one in slopes for another in slopes) for scale in scales
    )


def _slopes(files):
    found = set()
    for file in files:
        dataset = file.dataset
        shared = (dataset.get("SharedFunctionalGroupsSequence") or [{}])[0]
        if "RescaleSlope" in dataset:
            found.add(float(dataset.RescaleSlope))
        for groups in dataset.get("PerFrameFunctionalGroupsSequence") or []:
            for item in groups.get("PixelValueTransformationSequence") or shared.get("PixelValueTransformationSequence") or []:
                found.add(float(item.RescaleSlope))
    return found


def _difference(wanted, found):
    if [volume.voxels.shape for volume in wanted.volumes] != [volume.voxels.shape for volume in found.volumes]:
        return ""
    one, other = wanted.volumes[0], found.volumes[0]
    return f", affine off by {abs(one.affine - other.affine).max():.4g}, voxels by {abs(one.voxels - other.voxels).max():.4g}"


def _words(outcome):
    said = [line for line in outcome.said.splitlines() if "arning" in line or "rror" in line or "not " in line]
    return " | ".join(said)[:300] or "it says nothing"
