"""A broken or short slice leaves all other frames right, shows itself as it was received, and is named in `status`."""

from archives import build, ct_broken
from checks.views import default_is_as_received, frames_are_their_slices, nothing_is_lost_or_doubled
from mounted import Mounted
from program import VIEWS
from view import frame_sources
from verdict import Failed, require_none

WHOLE = 10  # of the 12 slices


def check(program, folder):
    build("ct_broken", folder / "archive")
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        status = program.status(mountpoint)
        return judge(Mounted("ct_broken", folder / "archive", {view: mountpoint / view for view in VIEWS}, status))


def judge(mounted):
    for part in (default_is_as_received, nothing_is_lost_or_doubled, frames_are_their_slices):
        if not part.applies(mounted):
            raise Failed("the whole slices were not combined")
        part.check(mounted)
    return require_none(_problems(mounted), f"{WHOLE} frames right, 3 files named in status")


def _problems(mounted):
    combined = sum(len(frame_sources(file.dataset)) for file in mounted.combined())
    if combined != WHOLE:
        yield f"{combined} frames were combined, {WHOLE} slices are whole"
    uid = next(file.uid for file in mounted.received.instances if file.path == ct_broken.TRUNCATED)
    shown = mounted.views["enhanced"].one(uid)
    if shown is None or not mounted.is_as_received(shown):
        yield f"{ct_broken.TRUNCATED} does not stand in enhanced/ as received"
    if not mounted.told.unconverted.get(("enhanced", uid)):
        yield f"{ct_broken.TRUNCATED}: status gives no reason"
    for path in (ct_broken.HEADLESS, ct_broken.NOISE):
        if not mounted.told.skipped.get(path):
            yield f"{path}: status gives no reason"
