"""The archive as pydicom sees it, without the program under test: which files are instances, and which of them is shown."""

import hashlib
import os
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pydicom
from pydicom.filereader import dcmread

import transfer_syntaxes  # noqa: F401  for what it makes known to pydicom
from sop_classes import DICOMDIR

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
warnings.filterwarnings("ignore", module="pydicom")


def read(path):
    """The whole data set of a file, every element decoded once, so that what pydicom cannot read raises here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = dcmread(path, force=True)
        for element in dataset.iterall():
            element.value  # noqa: B018  raises where a raw element cannot be decoded
    return dataset


@dataclass
class File:
    """A file of the archive or of a view."""

    root: Path
    path: str  # relative to root, as `find -printf %P` has it
    known: dict | None = None  # SHA-256 -> a file of the same bytes that was read before

    @property
    def absolute(self):
        return self.root / self.path

    @cached_property
    def sha256(self):
        with open(self.absolute, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()

    @cached_property
    def dataset(self):
        """The data set, or None where pydicom gives up."""
        if self.known and self.sha256 in self.known:
            return self.known[self.sha256].dataset
        try:
            return read(self.absolute)
        except Exception:  # whatever pydicom raises, the file is unreadable to it
            return None

    @cached_property
    def uid(self):
        """SOP Instance UID, or None if this is no instance."""
        if self.dataset is None:
            return None
        if self.class_uid in (None, DICOMDIR) or "DirectoryRecordSequence" in self.dataset:
            return None
        value = self.dataset.get("SOPInstanceUID")
        return str(value) if value and isinstance(value, str) else None

    @cached_property
    def class_uid(self):
        value = self.dataset.get("SOPClassUID") if self.dataset is not None else None
        return str(value) if value and isinstance(value, str) else None


def files(root, known=None):
    """All regular files below root, in byte order of their relative paths. Symbolic links are not followed."""
    root = Path(root)
    found = []
    for directory, folders, names in os.walk(root):
        if Path(directory) == root and ".dicomviewfs" in folders:
            folders.remove(".dicomviewfs")  # the program's own
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path) and not os.path.islink(path):
                found.append(os.path.relpath(path, root))
    return [File(root, path, known) for path in sorted(found, key=os.fsencode)]


class Received:
    """An archive's files, read once; those of bytes that are `known` not even that often."""

    def __init__(self, root, known=None):
        self.root = Path(root)
        self.files = files(root, known)
        self.instances = [file for file in self.files if file.uid]
        self.shown = {}
        self.hidden = {}
        for file in self.instances:
            if file.uid in self.shown:
                self.hidden.setdefault(file.uid, []).append(file)
            else:
                self.shown[file.uid] = file  # design: the lexicographically first path

    @cached_property
    def hashes(self):
        return {file.sha256 for file in self.files}
