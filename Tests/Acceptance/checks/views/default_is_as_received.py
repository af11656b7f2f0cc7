"""`default/` holds every readable instance, byte for byte; what is not there is named in `status`, with a reason."""

from attribute_values import item_meaning
from verdict import require_none


def applies(mounted):
    return True


def check(mounted):
    return require_none(_problems(mounted), f"{len(mounted.views['default'].files)} instances")


def _problems(mounted):
    view, received, told = mounted.views["default"], mounted.received, mounted.told
    for uid, source in received.shown.items():
        shown = view.by_uid.get(uid, [])
        if not shown:
            yield f"{source.path}: not there ({told.skipped.get(source.path, 'and status does not say why')})"
        elif len(shown) > 1:
            yield f"{source.path}: there {len(shown)} times"
        elif shown[0].sha256 != source.sha256:
            others = [file.path for file in received.hidden.get(uid, []) if file.sha256 == shown[0].sha256]
            yield f"{source.path}: other bytes are shown" + (f", those of {others[0]}" if others else "")
    yield from _unreported_duplicates(received, told)
    archive_hashes = {file.sha256 for file in received.files}
    for file in view.files:
        if file.sha256 not in archive_hashes:
            yield f"default/{file.path}: no file of the archive has these bytes"
    # What pydicom cannot read we may: as an instance that another file is shown for.
    hidden = {path for _, paths in told.duplicates.values() for path in paths}
    for file in received.files:
        named = told.skipped.get(file.path) or file.path in hidden
        if not file.uid and file.sha256 not in view.hashes and not named:
            yield f"{file.path}: neither shown nor skipped with a reason"
    if told.instance_count("default") != len(view.files):
        yield f"status counts {told.instance_count('default')} instances, {len(view.files)} are there"


def _unreported_duplicates(received, told):
    for uid, hidden in received.hidden.items():
        shown = received.shown[uid]
        others = [file for file in hidden if file.sha256 != shown.sha256 and not _same_data_set(file, shown)]
        if not others:
            continue
        reported = told.duplicates.get(uid)
        if reported is None:
            yield f"{uid}: on {len(others) + 1} different files, status does not say so"
        elif reported[0] != shown.path or not {file.path for file in others} <= set(reported[1]):
            yield f"{uid}: status reports {reported}, not {shown.path} before {[file.path for file in others]}"


def _same_data_set(file, other):
    """Files that differ in File Meta or preamble alone hold one instance (design: identical data sets)."""
    return item_meaning(file.dataset) == item_meaning(other.dataset)
