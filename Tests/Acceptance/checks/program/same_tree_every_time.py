"""A view is a pure function of the archive: mounted twice, indexed anew, in another time zone and locale, and from a copy
whose files were written in another order, all names, inode numbers, sizes, times and bytes of the three trees are the same."""

import os
import shutil
from pathlib import Path

import archives
from received import files
from tree_listing import contents, differences, listing
from verdict import Failed, require_none

ARCHIVES = ("ct_axial", "enhanced_mr", "mr_two_echoes", "pet_dynamic", "other_files")


def check(program, folder):
    archive = folder / "archive"
    for name in ARCHIVES:
        archives.build(name, archive / name)
    return across_runs(program, archive, folder)


def across_runs(program, archive, folder):
    """The check itself, on any archive."""
    copy = folder / "copy"
    copy_in_other_order(archive, copy)
    elsewhere = program.given(TZ="Pacific/Chatham", LC_ALL="tr_TR.UTF-8", LANG="tr_TR.UTF-8", HOME=str(folder / "home"))
    runs = (
        ("at first", program, archive, "index"),
        ("mounted again", program, archive, "index"),
        ("indexed anew elsewhere", elsewhere, archive, "index-anew"),
        ("from a copy in another order", program, copy, "index-copy"),
    )
    seen = []
    for name, run, source, index in runs:
        with run.mounted(source, folder / "mountpoint", folder / index) as mountpoint:
            trees = [mountpoint / view for view in ("default", "classic", "enhanced")]
            lines = [f"{tree.name}/{line}" for tree in trees for line in listing(tree)]
            seen.append((name, lines, {f"{tree.name}/{path}": value for tree in trees for path, value in contents(tree).items()}))
    first = seen[0]
    if not any(value for value in first[2].values()):
        raise Failed("the trees are empty")
    problems = []
    for name, lines, found in seen[1:]:
        problems += differences(first[1], lines, (first[0], name)) + differences(first[2], found, (first[0], name))
    return require_none(problems, f"{len(first[2])} entries, {len(runs)} runs")


def copy_in_other_order(archive, copy):
    """The same relative paths, bytes and times, created backwards."""
    for file in reversed(files(archive)):
        target = Path(copy) / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.absolute, target)
        status = os.stat(file.absolute)
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
