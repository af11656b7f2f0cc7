"""Images for processing stay images for processing (Supplement 252): a Series of a view has one Presentation Intent, and what is
made has the class and intent of what it is made of."""

from collections import defaultdict

from sop_classes import CLASSIC_TO_ENHANCED
from verdict import require_none
from view import frame_sources, instance_sources


def applies(mounted):
    return any(file.dataset is not None and "PresentationIntentType" in file.dataset for file in mounted.received.shown.values())


def check(mounted):
    problems, count = [], 0
    for view in ("classic", "enhanced"):
        series = defaultdict(set)
        for file in mounted.made(view):
            count += 1
            series[str(file.dataset.SeriesInstanceUID)].add(file.dataset.get("PresentationIntentType"))
            problems += [f"{view}/{file.path}: {problem}" for problem in _problems(mounted, file)]
        problems += [f"{view}/: Series {uid} is {sorted(map(str, intents))}" for uid, intents in series.items() if len(intents) > 1]
    return require_none(problems, f"{count} files")


def _problems(mounted, file):
    sources = {uid for uid, _ in [*filter(None, frame_sources(file.dataset)), *instance_sources(file.dataset)]}
    for uid in sources:
        source = mounted.received.shown[uid]
        if source.dataset.get("PresentationIntentType") != file.dataset.get("PresentationIntentType"):
            yield f"{file.dataset.get('PresentationIntentType')} of {source.path}"
        if _kind(source.class_uid) != _kind(file.class_uid) and file.dataset.Modality == source.dataset.Modality:
            yield f"class {file.class_uid} of {source.path}"


def _kind(class_uid):
    """The row of Table C.3.5-1 that a class is in, or itself."""
    return next((classic for classic, others in CLASSIC_TO_ENHANCED.items() if class_uid in (classic, *others)), class_uid)
