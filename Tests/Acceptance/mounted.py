"""An archive, its three views and what `status` says of them: what every check on a view looks at."""

import os
from functools import cached_property
from pathlib import Path

from received import Received
from sop_classes import CLASSIC, ENHANCED
from view import View, instance_sources


class Told:
    """`dicomviewfs status --json`, by what it is asked for."""

    def __init__(self, status, root):
        self.status = status
        self.root = os.path.realpath(root)

    def _relative(self, path):
        return os.path.relpath(path, self.root) if os.path.isabs(path) else path

    @cached_property
    def skipped(self):
        """Path in the archive -> reason, of files that are shown in no view."""
        return {self._relative(row["path"]): row.get("reason") for row in self.status["files"]["skipped"]}

    @cached_property
    def unconverted(self):
        """(view, SOP Instance UID) -> reason, of instances shown as received that the view would rather convert."""
        return {(row["view"], row["sopInstanceUID"]): row.get("reason") for row in self.status["unconverted"]}

    @cached_property
    def duplicates(self):
        """SOP Instance UID -> (path shown, paths hidden)."""
        return {
            row["sopInstanceUID"]: (self._relative(row["shown"]), [self._relative(path) for path in row["hidden"]])
            for row in self.status["duplicates"]
        }

    def instance_count(self, view):
        return self.status["views"][view]["instances"]


class Mounted:
    """One archive with its views."""

    def __init__(self, name, archive, views, status, hidden=None):
        self.name = name
        self.archive = archive
        self.received = Received(archive)
        known = {file.sha256: file for file in self.received.files}
        self.views = {view: View(path, known) for view, path in views.items()}
        self.told = Told(status, archive)
        self.hidden = hidden or views

    def beside(self, view, file, name):
        """The folder `name` (.frames, .metadata) of the Series of a file, which no listing shows."""
        return Path(self.hidden[view]) / Path(file.path).parent / name

    def is_as_received(self, file):
        """Does this file of a view hold the bytes of the archive's instance of that UID? Of one that pydicom cannot read, no UID
        is known: the bytes of any file of the archive do."""
        if file.uid is None:
            return file.sha256 in self.received.hashes
        source = self.received.shown.get(file.uid)
        return source is not None and source.sha256 == file.sha256

    @cached_property
    def _made(self):
        return {name: [file for file in view.files if not self.is_as_received(file)] for name, view in self.views.items()}

    def made(self, view, classes=None):
        """The files of a view that are no archive file's bytes, of these SOP Classes if named."""
        return [file for file in self._made[view] if classes is None or file.class_uid in classes]

    def _is_updated(self, file):
        """Was it made of an instance of its own class, by a change of references alone?"""
        named = [self.received.shown.get(uid) for uid, _ in instance_sources(file.dataset)]
        return any(source is not None and source.class_uid == file.class_uid for source in named)

    def combined(self):
        """Multi-frame images of `enhanced/` that were made of slices."""
        return [file for file in self.made("enhanced", ENHANCED) if not self._is_updated(file)]

    def taken_apart(self):
        """Single-frame images of `classic/` that were made of frames."""
        return [file for file in self.made("classic", CLASSIC) if not self._is_updated(file)]
