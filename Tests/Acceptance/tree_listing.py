"""What a backup sees of a tree: names, inode numbers, sizes, times, and the bytes."""

import hashlib
import os
import subprocess

FORMAT = "%P %i %s %T@ %C@\\n"


def listing(root):
    """`find` with names, inode numbers, sizes, modification and change times, in name order."""
    command = ["find", root, "-mindepth", "1", "-printf", FORMAT]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=True)
    return sorted(done.stdout.decode(errors="surrogateescape").splitlines())


def contents(root):
    """Relative path -> (SHA-256, modification time in ns) of every file; None for a folder."""
    found = {}
    for directory, folders, names in os.walk(root):
        for folder in folders:
            found[os.path.relpath(os.path.join(directory, folder), root)] = None
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as stream:
                digest = hashlib.sha256(stream.read()).hexdigest()
            found[os.path.relpath(path, root)] = (digest, os.stat(path).st_mtime_ns)
    return found


def differences(first, second, names):
    """What stands in one of two listings (lists of lines, or dictionaries) but not in the other."""
    if isinstance(first, dict):
        first = [f"{path} {value}" for path, value in first.items()]
        second = [f"{path} {value}" for path, value in second.items()]
    left, right = set(first) - set(second), set(second) - set(first)
    return [f"only {names[0]}: {line}" for line in sorted(left)] + [f"only {names[1]}: {line}" for line in sorted(right)]
