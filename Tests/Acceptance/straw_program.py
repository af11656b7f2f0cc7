"""Straw trees for the selftest: of each archive, right and mutated, and behind the commands of a program."""

import json
import os
import shutil
from contextlib import contextmanager

import pydicom

import archives
import straw
import straw_hidden
from mounted import Mounted
from mutations import edit, one_bit_of_a_frame_is_flipped, report
from program import VIEWS
from sop_classes import CLASSIC, ENHANCED

# Archives whose straw trees have frames and metadata beside their instances.
WITH_HIDDEN = {"enhanced_ct", "packed_bits"}


def build(name, folder):
    """The archives built in code, and two made of converted ones."""
    if name == "legacy-of-straw":
        archives.build("ct_axial", folder.parent / "classic-archive")
        straw.trees(folder.parent / "classic-archive", folder.parent / "straw")
        shutil.copytree(folder.parent / "straw/enhanced", folder)
    elif name == "a-PAIR-of-straw":
        archives.build("enhanced_mr", folder)
        (folder / "three-stacks.dcm").unlink()
        straw.trees(folder, folder.parent / "straw")
        for path in (folder.parent / "straw/classic").iterdir():
            dataset = pydicom.dcmread(path)  # the scanner's own slices are not linked to its Enhanced image
            del dataset.ConversionSourceAttributesSequence, dataset.ContributingEquipmentSequence, dataset.QueryRetrieveView
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID + "1"
            dataset.save_as(folder / path.name)
    else:
        archives.build(name, folder)


class Baselines:
    """Straw trees of each archive, made once and judged right; a copy for each mutation."""

    def __init__(self, work):
        self.work = work
        self.status = {}

    def right(self, name):
        folder = self.work / name
        if name not in self.status:
            build(name, folder / "archive")
            self.status[name] = straw.trees(folder / "archive", folder / "trees")
            if name in WITH_HIDDEN:
                for view in VIEWS:
                    straw_hidden.write(folder / "trees" / view, folder / "trees/hidden" / view)
        return self.judged(name, "trees", self.status[name])

    def judged(self, name, trees, status):
        trees = self.work / name / trees
        hidden = {view: trees / "hidden" / view for view in VIEWS}
        return Mounted(name, self.work / name / "archive", {view: trees / view for view in VIEWS}, status, hidden)

    def wrong(self, name, change):
        self.right(name)
        folder = self.work / name
        shutil.rmtree(folder / "wrong", ignore_errors=True)
        shutil.copytree(folder / "trees", folder / "wrong")
        status = json.loads(json.dumps(self.status[name]))
        change(folder / "wrong", status)
        return self.judged(name, "wrong", status)


class ProgramOfStraw:
    """Stands for the program where a check runs its commands; `change(view folder, run number)` makes a run wrong."""

    def __init__(self, work, change=lambda folder, run: None):
        self.work, self.change, self.runs, self.status_of = work, change, 0, {}

    def given(self, **environment):
        return self

    @contextmanager
    def mounted(self, archive, mountpoint, index, *options):
        # The same folder each time, so that inode numbers stay the same as well.
        if not mountpoint.exists():
            self.status_of[mountpoint] = straw.trees(archive, mountpoint)
        self.runs += 1
        self.change(mountpoint, self.runs)
        yield mountpoint

    def status(self, mountpoint):
        return self.status_of[mountpoint]

    def export(self, archive, view, destination, index):
        folder = self.work / f"export-{self.runs}-{view}"
        straw.trees(archive, folder)
        shutil.copytree(folder / view, destination)
        self.runs += 1
        self.change(destination, self.runs)


def touch_on(wanted):
    def change(folder, run):
        if run == wanted:
            path = next(path for path in sorted(folder.rglob("*.dcm")))
            os.utime(path, (1_700_000_001, 1_700_000_001))

    return change


def flip_on(wanted):
    """One bit, the times kept: only reading can find it."""

    def change(folder, run):
        if run == wanted:
            path = next(path for path in sorted(folder.rglob("*.dcm")))
            status, data = path.stat(), bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    return change


def cut_a_file(folder, run):
    if run == 1:
        path = max(folder.rglob("*.dcm"), key=lambda path: path.stat().st_size)
        os.truncate(path, path.stat().st_size // 3)


def spoil_a_frame(folder, run):
    one_bit_of_a_frame_is_flipped(folder, {})


def spoil_the_third_archive(folder, run):
    if run == 2:
        edit(folder.parent, folder.name, CLASSIC, lambda dataset: delattr(dataset, "AccessionNumber"))


def lose_an_instance_of_the_third_archive(folder, run):
    if run == 2:
        next(path for path in sorted(folder.rglob("*.dcm"))).unlink()


def turn_a_frame_of_the_third_archive(folder, run):
    if run == 2:

        def change(dataset):
            for groups in (*dataset.SharedFunctionalGroupsSequence, *dataset.PerFrameFunctionalGroupsSequence):
                for item in groups.get("PlaneOrientationSequence") or []:
                    item.ImageOrientationPatient = [0, 1, 0, 0, 0, 1]

        edit(folder.parent, folder.name, ENHANCED, change)


def flip_a_bit_of_the_third_archive(folder, run):
    if run == 2:

        def change(dataset):
            dataset.PixelData = bytes([dataset.PixelData[0] ^ 1]) + dataset.PixelData[1:]

        edit(folder.parent, folder.name, ENHANCED, change)


def lose_a_pointer_on_the_way(folder, run):
    """A content item of the third archive refers to another than it did."""
    if run == 2:

        def change(dataset):
            dataset.ContentSequence[2].ContentSequence[0].ReferencedContentItemIdentifier = [1, 4]

        report(folder.parent, folder.name, change)
