"""dciodvfy reports no Error on a converted file that it does not report on one of its sources as well.

What an image that somebody else has converted keeps in Unassigned, where dciodvfy does not look, comes back with the faults that
it had (digest C-4): an Error of such an attribute is the source's. So is one of a source's UID, where that is named."""

import re
import shutil
import subprocess

from attribute_values import meaning
from references import references
from verdict import Skipped, require_none
from view import frame_sources, instance_sources

# Multi-frame classes that dciodvfy does not know, so that it takes frame numbers in references to them for wrong.
_UNKNOWN = {"1.2.840.10008.5.1.4.1.1.2.4", "1.2.840.10008.5.1.4.1.1.2.5"}
_FRAME_NUMBER = "Shall not be present for Referenced SOP Class that is not multi-frame"
_TAG = re.compile(r"\(([0-9a-f]{4}),([0-9a-f]{4})\)")
_ELEMENT = re.compile(r"<?/?([^</>]*\([0-9a-f]{4},[0-9a-f]{4}[^)]*\))[^/>]*>")


def applies(mounted):
    return bool(mounted.made("classic") or mounted.made("enhanced"))


def check(mounted):
    if not shutil.which("dciodvfy"):
        raise Skipped("dciodvfy (Debian: dicom3tools) is not installed")
    problems, of_source = [], {}
    made = [(view, file) for view in ("classic", "enhanced") for file in mounted.made(view)]
    for view, file in made:
        found = errors(file.absolute)
        if any(reference.class_uid in _UNKNOWN for reference in references(file.dataset)):
            found = {key: line for key, line in found.items() if _FRAME_NUMBER not in line}
        if not found:
            continue
        known, sources = set(), []
        for uid in {uid for uid, _ in [*filter(None, frame_sources(file.dataset)), *instance_sources(file.dataset)]}:
            if uid in mounted.received.shown and uid not in of_source:
                of_source[uid] = set(errors(mounted.received.shown[uid].absolute))
            known |= of_source.get(uid, set())
            sources += [mounted.received.shown[uid].dataset] if uid in mounted.received.shown else []
        problems += [
            f"{view}/{file.path}: {line}" for key, line in found.items() if key not in known and not _is_kept(line, file.dataset, sources)
        ]
    return require_none(problems, f"{len(made)} files")


def _is_kept(line, dataset, sources):
    """Is it said of an attribute that a source has in Unassigned, with this value?"""
    outermost = _TAG.search(line)
    element = dataset.get(tuple(int(part, 16) for part in outermost.groups())) if outermost else None
    return element is not None and any(
        element.tag in kept and meaning(kept[element.tag]) == meaning(element)
        for source in sources for kept in _unassigned(source)
    )  # fmt: skip


def _unassigned(source):
    for groups in (*(source.get("SharedFunctionalGroupsSequence") or []), *(source.get("PerFrameFunctionalGroupsSequence") or [])):
        yield from groups.get("UnassignedSharedConvertedAttributesSequence") or []
        yield from groups.get("UnassignedPerFrameConvertedAttributesSequence") or []


def errors(path):
    """Errors as dciodvfy gives them, by (attribute, what is wrong): where in the tree an attribute stands does not matter,
    for the same bad value lies in a functional group after conversion."""
    done = subprocess.run(["dciodvfy", "-new", path], capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    found = {}
    for line in done.stderr.decode(errors="replace").splitlines():
        if line.startswith("Error"):
            found.setdefault(_key(line), line)
    return found


def _key(line):
    text = line.removeprefix("Error - ")
    parts = text.split(" - ", 1)
    elements = _ELEMENT.findall(parts[0])
    wrong = re.sub(r"Module=<[^>]*>|Macro=<[^>]*>|\[\d+\]", "", parts[-1]).strip(" -")
    element = re.sub(r"\[\d+\]", "", elements[-1]) if elements else parts[0]
    return element.replace("ReferencedSOPInstanceUID(0008,1155)", "SOPInstanceUID(0008,0018)"), wrong
