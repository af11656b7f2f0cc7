"""Verdicts by rule of the standard: docs/RULES.md says which check proves which rule, and has to be right about it."""

import re
from pathlib import Path

from checks import modules

_RULES = Path(__file__).resolve().parents[2] / "docs" / "RULES.md"
_RULE = re.compile(r"^[A-Z]+-\d+$")


def proofs():
    """Rule, or rules, as they stand in a row of docs/RULES.md -> the checks named there, in order of the rows."""
    known = {name for package in ("views", "travels", "program") for name in modules(package)}
    found = {}
    for line in _RULES.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 4 or not any(_RULE.match(word) for word in re.split(r"[ ,]+", cells[0])):
            continue
        names = [name for name in re.findall(r"`(\w+)`", " ".join(cells[1:])) if name in known]
        if names:
            found[cells[0]] = list(dict.fromkeys(names))
    return found


def summary(rows):
    """Lines of a table: what each check proved over all archives, then each rule by its checks."""
    cases = {}
    for case, files, verdict, seconds in rows:
        one = cases.setdefault(case, {"archives": 0, "files": 0, "seconds": 0.0, "passed": 0, "failed": 0, "skipped": 0, "known": 0})
        one["archives"] += 1
        one["files"] += files
        one["seconds"] += seconds
        one[verdict] += 1
    yield ""
    yield f"{'case':34} {'archives':>8} {'files':>7} {'seconds':>8}  verdict"
    for case, one in cases.items():
        yield f"{case:34} {one['archives']:>8} {one['files']:>7} {one['seconds']:>8.1f}  {_verdict([one])}"
    yield ""
    yield f"{'rule':34} {'files':>7}  {'verdict':28} proved by (docs/RULES.md)"
    for rule, names in proofs().items():
        judged = [cases[name] for name in names if name in cases]
        yield f"{rule:34} {max((one['files'] for one in judged), default=0):>7}  {_verdict(judged):28} {', '.join(names)}"
    yield ""


def _verdict(cases):
    counts = {kind: sum(one[kind] for one in cases) for kind in ("passed", "failed", "known", "skipped")}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "not run"
