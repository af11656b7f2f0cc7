"""A view as any program sees it: a folder of DICOM files. Names mean nothing here; everything comes from the data sets."""

from collections import defaultdict
from functools import cached_property
from pathlib import Path

from received import files


class View:
    """One of the three trees, mounted or exported. Bytes that the archive has too (`known`) are not parsed again."""

    def __init__(self, root, known=None):
        self.root = Path(root)
        self.files = files(root, known)

    @cached_property
    def by_uid(self):
        """SOP Instance UID -> files that carry it (one, if all is well)."""
        found = defaultdict(list)
        for file in self.files:
            found[file.uid].append(file)
        return found

    def one(self, uid):
        """The file of this SOP Instance UID, or None."""
        return self.by_uid[uid][0] if uid in self.by_uid else None

    @cached_property
    def hashes(self):
        return {file.sha256 for file in self.files}


def frame_sources(dataset):
    """For each frame of a multi-frame image: (SOP Instance UID, frame number or None) it was made from, or None."""
    sources = []
    for item in dataset.get("PerFrameFunctionalGroupsSequence") or []:
        source = item.get("ConversionSourceAttributesSequence")
        sources.append(_reference(source[0]) if source else None)
    return sources


def instance_sources(dataset):
    """What an instance says, in SOP Common, it was made from: a list of (SOP Instance UID, frame number or None)."""
    return [_reference(item) for item in dataset.get("ConversionSourceAttributesSequence") or []]


def _reference(item):
    number = item.get("ReferencedFrameNumber")
    return str(item.ReferencedSOPInstanceUID), int(number) if number else None
