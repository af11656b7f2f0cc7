"""One folder of a million entries: listed whole, in the same order each time, sought and rewound anywhere, by readers that are
interrupted, while the daemon stays small."""

import ctypes
import os
import signal
import sqlite3
import time

import archives
from program import server_process
from verdict import Failed, require_none

COUNT = 1_000_000
MEBIBYTES = 100


def check(program, folder):
    archives.build("enhanced_ct", folder / "archive")
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index"):
        pass
    _fill(next((folder / "index").rglob("index.sqlite")))
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        server = server_process(mountpoint, program.binary)
        problems = list(_problems(mountpoint / "default" / "large"))
        peak = _peak(server)
        if peak > MEBIBYTES:
            problems.append(f"the daemon took {peak} MiB")
    return require_none(problems, f"{COUNT} entries, {problems_note(peak)}")


def problems_note(peak):
    return f"peak memory {peak} MiB"


def _fill(path):
    """Adds a folder of a million files that are no instances: listing must not care."""
    database = sqlite3.connect(path)
    root = database.execute("SELECT id FROM node WHERE name = CAST('default' AS BLOB)").fetchone()[0]
    columns = [row[1] for row in database.execute("PRAGMA table_info(node)")]

    def row(parent, number, name, kind):
        values = {
            "parent": parent, "id": number, "name": name, "kind": kind, "view_instance": None, "identity": number.to_bytes(16, "big"),
        }  # fmt: skip
        return [values.get(column, 0) for column in columns]

    folder = 2**61
    marks = ",".join("?" * len(columns))
    rows = (row(folder, folder + 1 + number * 7_919, b"%08d.dcm" % number, 4) for number in range(COUNT))
    with database:
        database.execute(f"INSERT INTO node VALUES ({marks})", row(root, folder, b"large", 3))
        database.executemany(f"INSERT INTO node VALUES ({marks})", rows)
    database.close()


class _Entry(ctypes.Structure):
    _fields_ = [
        ("ino", ctypes.c_ulong), ("off", ctypes.c_long), ("reclen", ctypes.c_ushort), ("type", ctypes.c_ubyte),
        ("name", ctypes.c_char * 256),
    ]  # fmt: skip


def _problems(folder):
    libc = ctypes.CDLL(None)
    libc.opendir.restype = ctypes.c_void_p
    libc.readdir.restype = ctypes.POINTER(_Entry)
    libc.telldir.restype = ctypes.c_long
    for name in ("readdir", "telldir", "rewinddir", "closedir"):
        getattr(libc, name).argtypes = [ctypes.c_void_p]
    libc.seekdir.argtypes = [ctypes.c_void_p, ctypes.c_long]

    ticks = []
    signal.signal(signal.SIGALRM, lambda *_: ticks.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)  # a storm of signals, as a shell's or a profiler's
    try:
        started = time.monotonic()
        names = os.listdir(folder)
        seconds = time.monotonic() - started
        if len(names) != COUNT or len(set(names)) != COUNT:
            yield f"{len(names)} names, {len(set(names))} different ones"
        if os.listdir(folder) != names:
            yield "the second listing is another"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if not ticks:
        raise Failed("no signal came: this check proves less than it says")
    if seconds > 60:
        yield f"listing took {seconds:.0f} s"

    stream = libc.opendir(os.fsencode(folder))
    places, read = {}, 0
    wanted = {3, 1000, 499_999, 999_000}
    while read <= max(wanted):
        if read in wanted:
            places[read] = libc.telldir(stream)
        entry = libc.readdir(stream)
        if read in wanted:
            places[read] = (places[read], entry.contents.name)
        read += 1
    for number in (999_000, 3, 499_999, 1000):
        place, name = places[number]
        libc.seekdir(stream, place)
        if libc.readdir(stream).contents.name != name:
            yield f"seeking to entry {number} leads elsewhere"
    libc.rewinddir(stream)
    if libc.readdir(stream).contents.name not in (b".", b".."):
        yield "rewinding does not lead to the beginning"
    libc.closedir(stream)

    for name in names[:: COUNT // 20]:
        if os.stat(folder / name).st_ino < 2**61:
            yield f"{name}: not what was listed"


def _peak(process):
    with open(f"/proc/{process}/status") as stream:
        return next(int(line.split()[1]) // 1024 for line in stream if line.startswith("VmHWM"))
