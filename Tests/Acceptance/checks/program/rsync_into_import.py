"""rsync -a of an archive into `import/` of an empty one: nothing is lost, a second run transfers nothing, after a remount neither,
and the views are those of the same files mounted directly."""

import hashlib
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import archives
import real_data
from program import VIEWS, wait_until
from tree_listing import contents, differences
from verdict import Failed, Skipped, require_none

IN_ARCHIVE = ("stored", "alreadyThere")


def check(program, folder):
    if not shutil.which("rsync"):
        raise Skipped("rsync is not installed")
    for name in archives.NAMES:
        archives.build(name, folder / "sources" / name)
    sources = sorted((folder / "sources").iterdir()) + real_data.archives()
    problems, stored, kept = [], 0, 0
    # Mounting is waiting, mostly.
    with ThreadPoolExecutor(4) as pool:
        cases = pool.map(lambda source: _import(program, source, folder / f"case-{source.name}"), sources)
        for source, (found, counts) in zip(sources, cases, strict=True):
            problems += [f"{source.name}: {problem}" for problem in found]
            stored, kept = stored + counts[0], kept + counts[1]
    return require_none(problems, f"{len(sources)} archives, {stored} files in default/, {kept} kept in import/ with a reason")


def _import(program, source, place):
    """What is wrong with the import of one archive, and how many of its files were stored and kept."""
    (place / "archive").mkdir(parents=True)
    target = place / "mountpoint"
    problems = []
    with program.mounted(place / "archive", target, place / "index", "-o", "settle_time=0.2"):
        problems += _transferred(source, target / "import", "the first run", is_first=True)
        problems += _transferred(source, target / "import", "the second run")
        digests = _digests(target / "import")
        problems += differences(_digests(source), digests, ("in the source", "in import/"))
        # Judged is what is renamed to its final name; the last may still be under way.
        wait_until(lambda: _is_judged(target), 30)
        outcomes = _outcomes(target)
        shown = set(_digests(target / "default").values())
        direct, kept = [], 0
        for path, digest in digests.items():
            outcome, reason = outcomes.get(path, ("", ""))
            if digest in shown:
                direct.append(path)
            elif outcome in IN_ARCHIVE or reason:
                kept += 1
            else:
                problems.append(f"{path}: neither in default/ nor is there a reason ({outcome or 'not listed'})")
    # Mounted again with an index made anew, all has settled.
    with program.mounted(place / "archive", target, place / "index-anew", "-o", "settle_time=0.2"):
        problems += _transferred(source, target / "import", "after a remount")
        imported = {view: contents(target / view) for view in VIEWS}
    for path in direct:
        copy = place / "direct" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / path, copy)
    (place / "direct").mkdir(exist_ok=True)
    with program.mounted(place / "direct", target, place / "index-direct", "-o", "ro"):
        for view in VIEWS:
            problems += differences(imported[view], contents(target / view), (f"{view}/ imported", f"{view}/ directly"))
    shutil.rmtree(place)
    return problems, (len(direct), kept)


def _transferred(source, target, run, is_first=False):
    """What is wrong with one run of rsync: nothing may be transferred but by the first."""
    command = ["rsync", "-a", "--itemize-changes", f"{source}/", f"{target}/"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=300)
    if done.returncode:
        return [f"{run} of rsync exits {done.returncode}: {done.stderr.strip()[-200:]}"]
    if not is_first and done.stdout:
        return [f"{run} transfers {len(done.stdout.splitlines())}: {done.stdout.splitlines()[0]}"]
    return []


def _digests(root):
    found = {}
    for directory, _, names in os.walk(root):
        for name in names:
            path = Path(directory) / name
            found[os.path.relpath(path, root)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _is_judged(mountpoint):
    return not any(reason.startswith("being written") for _, reason in _outcomes(mountpoint).values())


def _outcomes(mountpoint):
    """Path in import/ -> (outcome, reason), as imports.tsv has it."""
    lines = (mountpoint / ".dicomviewfs/imports.tsv").read_text(errors="surrogateescape").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    if lines[0].split("\t") != ["name", "outcome", "sop_instance_uid", "stored_path", "reason", "time"]:
        raise Failed(f"imports.tsv has other columns: {lines[0]!r}")
    return {_unescaped(row[0]).removeprefix("import/"): (row[1], row[4]) for row in rows}


def _unescaped(text):
    for written, meant in (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\\\\", "\\")):
        text = text.replace(written, meant)
    return text
