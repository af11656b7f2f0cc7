"""`classic/` and `enhanced/` show every frame of every instance exactly once: converted, or as received with a reason.
(PS3.4 C.3.5: no view holds less than the default view, none holds a frame in both forms.)"""

from collections import Counter

from frame_pixels import frame_count
from sop_classes import CLASSIC, ENHANCED
from verdict import require_none
from view import frame_sources, instance_sources


def applies(mounted):
    return True


def check(mounted):
    problems = [*_enhanced(mounted), *_classic(mounted)]
    for view in ("classic", "enhanced"):
        problems += _foreign(mounted, view)
        problems += [f"{view}/: {uid} stands there {len(files)} times"
                     for uid, files in mounted.views[view].by_uid.items() if uid and len(files) > 1]  # fmt: skip
        problems += [f"{view}/: {file.path} of default/, which pydicom cannot read, is not there with the same bytes"
                     for file in mounted.views["default"].files
                     if file.uid is None and file.sha256 not in mounted.views[view].hashes]  # fmt: skip
    made = len(mounted.made("enhanced")), len(mounted.made("classic"))
    return require_none(problems, f"{made[0]} made for enhanced, {made[1]} for classic")


def _enhanced(mounted):
    view = mounted.views["enhanced"]
    claims = Counter()
    for file in view.files:
        if file.class_uid in ENHANCED:
            claims.update(source[0] for source in frame_sources(file.dataset) if source)
    derived = _derived(mounted, "enhanced")
    for uid, source in mounted.received.shown.items():
        own = _stands_as_received(mounted, view, uid)
        if source.class_uid in CLASSIC:
            if own + claims[uid] != 1:
                yield f"enhanced/: {source.path} is shown {own + claims[uid]} times ({own} as received)"
            elif own and not mounted.told.unconverted.get(("enhanced", uid)):
                yield f"enhanced/: {source.path} stands as received, status gives no reason"
        elif not own and uid not in derived:
            yield f"enhanced/: {source.path} is lost"


def _classic(mounted):
    view = mounted.views["classic"]
    claims = _frame_claims(mounted)
    derived = _derived(mounted, "classic")
    for uid, source in mounted.received.shown.items():
        own = _stands_as_received(mounted, view, uid)
        if source.class_uid not in ENHANCED:
            if not own and uid not in derived:
                yield f"classic/: {source.path} is lost"
        elif own:
            if any(claims[uid, number] for number in range(1, frame_count(source.dataset) + 1)):
                yield f"classic/: {source.path} stands as received and taken apart as well"
            if not mounted.told.unconverted.get(("classic", uid)):
                yield f"classic/: {source.path} stands as received, status gives no reason"
        else:
            originals = frame_sources(source.dataset)
            for number in range(1, frame_count(source.dataset) + 1):
                count = claims[uid, number]
                original = originals[number - 1] if number <= len(originals) else None
                if original and original[0] in mounted.received.shown:  # linked forms are one
                    count += _stands_as_received(mounted, view, original[0])
                if count != 1:
                    yield f"classic/: frame {number} of {source.path} is shown {count} times"


def _frame_claims(mounted):
    claims = Counter()
    for file in mounted.made("classic"):
        for uid, number in instance_sources(file.dataset):
            claims[uid, number or 1] += 1
    return claims


def _derived(mounted, view):
    return {uid for file in mounted.made(view) for uid, _ in instance_sources(file.dataset)}


def _stands_as_received(mounted, view, uid):
    file = view.one(uid)
    return int(file is not None and mounted.is_as_received(file))


def _foreign(mounted, view):
    """Made files must be made of something in the archive."""
    for file in mounted.made(view):
        if file.dataset is None:
            yield f"{view}/{file.path}: pydicom cannot read it"
            continue
        sources = [source[0] for source in frame_sources(file.dataset) if source]
        sources += [source[0] for source in instance_sources(file.dataset)]
        if not sources or not set(sources) <= set(mounted.received.shown):
            yield f"{view}/{file.path}: made of nothing in the archive"
