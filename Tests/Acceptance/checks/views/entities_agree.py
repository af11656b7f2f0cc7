"""dcentvfy finds no Error in a Study of `classic/` or `enhanced/` that it does not find in that Study of `default/`: instances of
one Patient, Study, Series, Frame of Reference and equipment agree on what these are."""

import re
import shutil
import subprocess
from collections import defaultdict

from verdict import Skipped, require_none

_ERROR = re.compile(r"^Error - (.*?) - Element=<([^>]*)> IE=<([^>]*)>")


def applies(mounted):
    return bool(mounted.made("classic") or mounted.made("enhanced"))


def check(mounted):
    if not shutil.which("dcentvfy"):
        raise Skipped("dcentvfy (Debian: dicom3tools) is not installed")
    received, problems, count, broken = {}, [], 0, 0
    for view in ("classic", "enhanced"):
        made = {str(file.dataset.get("StudyInstanceUID")) for file in mounted.made(view) if file.dataset is not None}
        for study, files in _studies(mounted.views[view]).items():
            if study not in made:
                continue  # as received
            if study not in received:
                received[study] = errors(_studies(mounted.views["default"]).get(study, []))
            count += 1
            found = errors(files)
            if found is None:
                broken += 1
                if received[study] is not None:
                    problems.append(f"{view}/: dcentvfy dies of Study {study}, and not as it was received")
            else:
                problems += [f"{view}/: {line}" for key, line in found.items() if key not in (received[study] or {})]
    note = f"{count} Studies" + (f", of {broken} of which dcentvfy dies, as it does of what was received" if broken else "")
    return require_none(problems, note)


def _studies(view):
    found = defaultdict(list)
    for file in view.files:
        if file.uid:
            found[str(file.dataset.get("StudyInstanceUID"))].append(file.absolute)
    return found


def errors(paths):
    """(what is wrong, attribute, entity) -> the line, or None if it was killed by what it read."""
    command = ["dcentvfy", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
    if done.returncode < 0:
        return None
    found = {}
    for line in done.stderr.decode(errors="replace").splitlines():
        match = _ERROR.match(line)
        if match:
            found.setdefault(match.groups(), line)
    return found
