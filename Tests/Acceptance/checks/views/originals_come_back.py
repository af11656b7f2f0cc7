"""Slices taken out of a Legacy Converted image carry the SOP Instance UID that it names for the frame, and the Series Instance
UID where it has kept one (PS3.17 KKK.7)."""

from sop_classes import CLASSIC_TO_ENHANCED, LEGACY_CONVERTED
from verdict import require_none
from view import frame_sources, instance_sources


def applies(mounted):
    return any(source.class_uid in LEGACY_CONVERTED for source in mounted.received.shown.values())


def check(mounted):
    problems, count, series_count = [], 0, 0
    for file in mounted.taken_apart():
        for uid, number in instance_sources(file.dataset):
            received = mounted.received.shown.get(uid)
            if received is None or received.class_uid not in LEGACY_CONVERTED:
                continue
            original = (frame_sources(received.dataset) or [None] * (number or 1))[(number or 1) - 1]
            if original is None or original[1] is not None:
                continue  # a source that was itself a frame gives no UID back
            count += 1
            if file.uid != original[0]:
                problems.append(f"classic/{file.path}: SOP Instance UID {file.uid}, the original was {original[0]}")
            if file.class_uid not in CLASSIC_TO_ENHANCED or received.class_uid != CLASSIC_TO_ENHANCED[file.class_uid][1]:
                problems.append(f"classic/{file.path}: class {file.class_uid} does not fit its source's")
            series = _kept_series(received.dataset, number or 1)
            series_count += series is not None
            if series is not None and str(file.dataset.SeriesInstanceUID) != series:
                problems.append(f"classic/{file.path}: Series {file.dataset.SeriesInstanceUID}, the original was {series}")
    return require_none(problems, f"{count} SOP Instance UIDs, {series_count} Series Instance UIDs")


def _kept_series(dataset, number):
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [{}])[0]
    frame = dataset.PerFrameFunctionalGroupsSequence[number - 1]
    for item in [
        *(frame.get("UnassignedPerFrameConvertedAttributesSequence") or []),
        *(shared.get("UnassignedSharedConvertedAttributesSequence") or []),
    ]:
        if item.get("SeriesInstanceUID"):
            return str(item.SeriesInstanceUID)
    return None
