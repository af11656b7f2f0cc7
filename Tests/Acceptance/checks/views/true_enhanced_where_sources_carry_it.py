"""Slices that say all that the true Enhanced class asks for become instances of it; others of the Legacy Converted class (PS3.4
C.3.5). Judged on the archives built in code, of which it is known."""

import archives
from sop_classes import CLASSIC_TO_ENHANCED
from verdict import require_none
from view import frame_sources


def applies(mounted):
    return mounted.name in archives.NAMES and bool(mounted.combined())


def check(mounted):
    problems, counts = [], {True: 0, False: 0}
    for file in mounted.combined():
        sources = [mounted.received.shown[source[0]].dataset for source in frame_sources(file.dataset) if source]
        carries = all(_carries(mounted.name, source) for source in sources)
        counts[carries] += 1
        true, legacy = CLASSIC_TO_ENHANCED[sources[0].SOPClassUID]
        if file.class_uid != (true if carries else legacy):
            problems.append(f"enhanced/{file.path} is {file.class_uid}")
    return require_none(problems, f"{counts[True]} true, {counts[False]} Legacy Converted")


def _carries(name, source):
    return name == "flattened" or name == "ct_derived" and source.SeriesDescription == "coronal"
