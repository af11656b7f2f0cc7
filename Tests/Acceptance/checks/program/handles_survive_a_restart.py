"""File handles, as an NFS server keeps them, lead to the same file after the daemon was restarted and the archive indexed anew."""

import ctypes
import os

import archives
from program import VIEWS
from verdict import Failed, Skipped, require_none

_libc = ctypes.CDLL(None, use_errno=True)


class _Handle(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint), ("type", ctypes.c_int), ("handle", ctypes.c_ubyte * 128)]


def check(program, folder):
    if os.geteuid():
        raise Skipped("opening by handle needs root")
    for name in ("ct_axial", "enhanced_mr"):
        archives.build(name, folder / "archive" / name)
    saved = {}
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        for view in VIEWS:
            for directory, folders, names in os.walk(mountpoint / view):
                for name in folders + names + _unlisted(names):
                    path = os.path.join(directory, name)
                    saved[path] = (_save(path), _look(os.open(path, os.O_RDONLY)))
    if not saved:
        raise Failed("the trees are empty")
    problems = []
    for index in ("index", "index-anew"):
        with program.mounted(folder / "archive", folder / "mountpoint", folder / index) as mountpoint:
            root = os.open(mountpoint, os.O_RDONLY | os.O_DIRECTORY)
            try:
                for path, (handle, seen) in saved.items():
                    problems += _compare(root, path, handle, seen, index)
            finally:
                os.close(root)
    return require_none(problems, f"{len(saved)} handles, restarted and indexed anew")


def _unlisted(names):
    """Files that lie beside these and are in no listing. Not the folders they are in: the kernel finds the name of a folder by
    the listing around it."""
    stems = [name.removesuffix(".dcm") for name in names]
    return [name for stem in stems for name in (f".frames/{stem}/0001.dcm", f".metadata/{stem}.json")]


def _save(path):
    handle, mount = _Handle(bytes=128), ctypes.c_int()
    if _libc.name_to_handle_at(-100, os.fsencode(path), ctypes.byref(handle), ctypes.byref(mount), 0):
        raise Failed(f"name_to_handle_at: {os.strerror(ctypes.get_errno())}")
    return handle


def _look(descriptor):
    """Inode number, size, times, and the first bytes."""
    try:
        status = os.fstat(descriptor)
        data = b"" if os.path.isdir(f"/proc/self/fd/{descriptor}") else os.pread(descriptor, 1000, 0)
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, data
    finally:
        os.close(descriptor)


def _compare(root, path, handle, seen, index):
    descriptor = _libc.open_by_handle_at(root, ctypes.byref(handle), os.O_RDONLY)
    if descriptor < 0:
        return [f"{index}: {path}: {os.strerror(ctypes.get_errno())}"]
    # A file found by its handle alone has no path yet; a folder is led up to the root.
    now = os.readlink(f"/proc/self/fd/{descriptor}")
    is_found = now == path or not os.path.isdir(path)
    return [] if _look(descriptor) == seen and is_found else [f"{index}: {path}: another file, {now}"]
