"""find, ls -lR, du, cp -a, tar, diff -r, rsync, Python's os.walk and mmap over the three trees: each exits 0 and sees the same bytes."""

import hashlib
import mmap
import os
import shutil
import subprocess

import archives
from program import VIEWS
from tree_listing import contents
from verdict import Failed, require_none

ARCHIVES = ("ct_axial", "enhanced_mr", "ct_compressed", "other_files")


def check(program, folder):
    for name in ARCHIVES:
        archives.build(name, folder / "archive" / name)
    problems, count = [], 0
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        for view in VIEWS:
            tree = mountpoint / view
            known = contents(tree)
            files = {path: value[0] for path, value in known.items() if value}
            if not files:
                raise Failed(f"{view} is empty")
            count += len(files)
            problems += _programs(tree, view, folder, len(files))
            for path, digest in files.items():
                with open(tree / path, "rb") as stream, mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as mapped:
                    if hashlib.sha256(mapped).hexdigest() != digest:
                        problems.append(f"{view}/{path}: mmap shows other bytes than read")
            for kind in ("cp", "tar", "rsync"):
                problems += _same(folder / kind / view, known, f"{kind} of {view}")
    return require_none(problems, f"{count} files")


def _programs(tree, view, folder, count):
    for kind in ("cp", "tar", "rsync"):
        (folder / kind).mkdir(exist_ok=True)
    commands = [
        ["find", tree, "-type", "f", "-ls"],
        ["ls", "-lR", tree],
        ["du", "-s", "--apparent-size", tree],
        ["cp", "-a", tree, folder / "cp"],
        ["bash", "-c", f"tar cf - -C '{tree.parent}' {view} | tar xf - -C '{folder}/tar'"],
        ["diff", "-r", tree, folder / "cp" / view],
        *([["rsync", "-a", tree, folder / "rsync"]] if shutil.which("rsync") else [["cp", "-a", tree, folder / "rsync"]]),
    ]
    for command in commands:
        done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
        if done.returncode or done.stderr:
            yield f"{view}: {command[0]} exits {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
        elif command[0] == "find" and done.stdout.count(b"\n") != count:
            yield f"{view}: find lists {done.stdout.count(chr(10).encode())} of {count} files"
    if shutil.which("rsync"):
        again = subprocess.run(
            ["rsync", "-ai", "--delete", tree, folder / "rsync"], stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False
        )
        if again.returncode or again.stdout:
            yield f"{view}: a second rsync exits {again.returncode} and copies {again.stdout.decode(errors='replace')[:200]!r}"
    walked = sum(len(names) for _, _, names in os.walk(tree, onerror=lambda error: (_ for _ in ()).throw(error)))
    if walked != count:
        yield f"{view}: os.walk meets {walked} of {count} files"


def _same(copy, known, what):
    """Bytes and modification times of a copy, to the nanosecond where the program keeps it (tar keeps seconds)."""
    found = contents(copy)
    if set(found) != set(known):
        yield f"{what}: {len(found)} of {len(known)} entries"
        return
    for path, value in known.items():
        if value and (found[path][0] != value[0] or found[path][1] // 10**9 != value[1] // 10**9):
            yield f"{what}: {path} differs"
