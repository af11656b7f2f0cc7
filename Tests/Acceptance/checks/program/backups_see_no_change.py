"""restic and borg, each over the three trees: a second snapshot after a remount, and a third after indexing from scratch, find
no new, no changed file and add no data."""

import json
import os
import shutil
import subprocess

import archives
from program import VIEWS
from verdict import Failed, Skipped, require_none

ARCHIVES = ("ct_axial", "enhanced_mr", "pet_dynamic", "other_files")


def check(program, folder):
    tools = [tool for tool in (Restic(folder), Borg(folder)) if shutil.which(tool.name)]
    if not tools:
        raise Skipped("neither restic nor borg is installed")
    for name in ARCHIVES:
        archives.build(name, folder / "archive" / name)
    # Borg reads the file with the latest ctime again each time; let that be one that is not ours.
    (folder / "latest").write_text("x")
    problems = []
    for run, index in (("first", "index"), ("after a remount", "index"), ("indexed anew", "index-anew")):
        with program.mounted(folder / "archive", folder / "mountpoint", folder / index) as mountpoint:
            for tool in tools:
                new, changed, added = tool.snapshot([*(mountpoint / view for view in VIEWS), folder / "latest"], run)
                if run == "first" and new == 0:
                    raise Failed(f"{tool.name}: the first snapshot holds nothing")
                if run != "first" and (new or changed or added):
                    problems.append(f"{tool.name}, {run}: {new} new, {changed} changed, {added} bytes added")
    return require_none(problems, f"{', '.join(tool.name for tool in tools)}, 3 snapshots of {len(VIEWS)} trees")


def _run(command, environment):
    done = subprocess.run(
        list(map(str, command)), env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace", timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"{command[0]} {command[1]} exits {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


class Restic:
    name = "restic"

    def __init__(self, folder):
        self.environment = {
            "RESTIC_REPOSITORY": str(folder / "restic"), "RESTIC_PASSWORD": "x", "RESTIC_CACHE_DIR": str(folder / "restic-cache"),
        }  # fmt: skip
        self.is_new = True

    def snapshot(self, trees, run):
        if self.is_new:
            _run(["restic", "init", "-q"], self.environment)
            self.is_new = False
        lines = _run(["restic", "backup", "--json", *trees], self.environment).splitlines()
        summary = next(row for row in map(json.loads, lines) if row["message_type"] == "summary")
        # Besides the content of files there is the snapshot's own record, and folders above the mountpoint have new times.
        return summary["files_new"], summary["files_changed"], summary["data_blobs"]


class Borg:
    name = "borg"

    def __init__(self, folder):
        self.repository = str(folder / "borg")
        self.environment = {"BORG_BASE_DIR": str(folder / "borg-base"), "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}
        self.is_new = True

    def snapshot(self, trees, run):
        if self.is_new:
            _run(["borg", "init", "-e", "none", self.repository], self.environment)
            self.is_new = False
        # The cache of files is asked by ctime, size and inode, as by default.
        name = run.replace(" ", "-")
        command = ["borg", "create", "--json", "--list", "--filter", "AMCE", f"{self.repository}::{name}", *trees]
        done = subprocess.run(
            list(map(str, command)), env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(f"borg create exits {done.returncode}: {done.stderr.strip()[-300:]}")
        listed = [line.split(" ", 1) for line in done.stderr.splitlines() if line[1:2] == " " and not line.endswith("/latest")]
        counts = {letter: sum(1 for row in listed if row[0] == letter) for letter in "AMCE"}
        if counts["E"]:
            raise Failed("borg could not read some files")
        statistics = json.loads(done.stdout)["archive"]["stats"]
        # Borg writes one record of the archive itself, some kilobytes; file content would be more.
        added = statistics["deduplicated_size"] if statistics["deduplicated_size"] > 64 * 1024 else 0
        return counts["A"], counts["M"] + counts["C"], added
