"""`export` writes what the mount shows: the same names, bytes and modification times, in each of the views."""

import archives
from program import VIEWS
from tree_listing import contents, differences
from verdict import Failed, require_none

ARCHIVES = ("ct_axial", "enhanced_ct", "mr_over_time", "other_files")


def check(program, folder):
    for name in ARCHIVES:
        archives.build(name, folder / "archive" / name)
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        shown = {view: contents(mountpoint / view) for view in VIEWS}
    problems, count = [], 0
    for view in VIEWS:
        program.export(folder / "archive", view, folder / view, folder / "index")
        written = contents(folder / view)
        if not any(shown[view].values()):
            raise Failed(f"{view}/ is empty")
        count += len(written)
        problems += [f"{view}/: {line}" for line in differences(shown[view], written, ("mounted", "exported"))]
    return require_none(problems, f"{count} entries")
