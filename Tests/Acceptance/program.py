"""The program under test, as anyone would run it: its commands, with timeouts and nothing left mounted."""

import json
import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from verdict import Failed

VIEWS = ("default", "classic", "enhanced")


class Program:
    def __init__(self, binary, environment=None):
        self.binary = str(binary)
        self.environment = {**os.environ, "NO_COLOR": "1", **(environment or {})}

    def given(self, **environment):
        """The same program in another environment."""
        return Program(self.binary, {**self.environment, **environment})

    def run(self, *arguments, timeout=300, check=True):
        """One command, without a terminal. Failed, with what it said, unless it exits 0 or check is False."""
        try:
            done = subprocess.run(
                [self.binary, *map(str, arguments)],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                timeout=timeout, text=True, errors="replace",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Failed(f"`dicomviewfs {arguments[0]}` did not return within {timeout} s") from None
        if check and done.returncode != 0:
            raise Failed(f"`dicomviewfs {arguments[0]}` exits {done.returncode}: {done.stderr.strip()[-400:]}")
        return done

    @contextmanager
    def mounted(self, archive, mountpoint, index, *options):
        """The archive mounted, as a path, unmounted afterwards whatever happens."""
        mountpoint = Path(mountpoint)
        mountpoint.mkdir(parents=True, exist_ok=True)
        self.run("mount", archive, mountpoint, "--index", index, *options)
        try:
            if not is_mounted(mountpoint):
                raise Failed("mount returned, but nothing is mounted")
            yield mountpoint
        finally:
            self.run("unmount", mountpoint, check=False, timeout=60)
            force_unmount(mountpoint)

    def status(self, mountpoint):
        text = self.run("status", mountpoint, "--json").stdout
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise Failed(f"`status --json` is no JSON: {error}: {text[:200]!r}") from None

    def export(self, archive, view, destination, index):
        return self.run("export", archive, view, destination, "--index", index)


def mount_table():
    """Mountpoint -> (connection number, file system type), as the kernel says."""
    table = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields = line.split()
        path = fields[4].encode().decode("unicode_escape").encode("latin-1").decode(errors="surrogateescape")
        table[path] = (fields[2].split(":")[1], fields[fields.index("-") + 1])
    return table


def is_mounted(mountpoint):
    return os.path.realpath(mountpoint) in mount_table()


def force_unmount(mountpoint):
    """Gets rid of a mount that would not go: its connection is aborted, so that nobody hangs on it for ever."""
    path = os.path.realpath(mountpoint)
    entry = mount_table().get(path)
    if entry is None or not entry[1].startswith("fuse"):
        return
    try:
        Path(f"/sys/fs/fuse/connections/{entry[0]}/abort").write_text("1")
    except OSError:
        pass  # not mounted there, or not ours to write: the lazy unmount below has to do
    for command in (["fusermount3", "-u", "-z", path], ["umount", "-l", path]):
        if path in mount_table():
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)


def server_process(mountpoint, binary):
    """The pid of the daemon that serves this mountpoint, found by its command line."""
    wanted = os.path.realpath(mountpoint)
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            executable = os.path.realpath(entry / "exe")
        except OSError:
            continue  # ended meanwhile, or not ours
        if executable == os.path.realpath(binary) and any(_names(word, wanted, entry) for word in words):
            return int(entry.name)
    return None


def _names(word, wanted, process):
    text = os.fsdecode(word)
    if not text:
        return False
    try:
        return os.path.realpath(os.path.join(os.readlink(process / "cwd"), text)) == wanted
    except OSError:
        return False


def wait_until(condition, seconds):
    """Does the condition come true within so many seconds?"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
