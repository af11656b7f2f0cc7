"""Everything that would write answers EROFS in `classic/` and `enhanced/`, and with --read-only in the root and in `default/` as
well, and changes nothing."""

import errno
import os

import archives
from program import VIEWS
from tree_listing import contents
from verdict import require_none


def check(program, folder):
    archives.build("mr_two_echoes", folder / "archive")
    problems = []
    for option, root, views in (("--read-only", True, VIEWS), (None, False, ("classic", "enhanced"))):
        with program.mounted(folder / "archive", folder / "mountpoint", folder / "index", *filter(None, [option])) as mountpoint:
            before = {view: contents(mountpoint / view) for view in VIEWS}
            found = list(attempts(mountpoint, root, views))
            if {view: contents(mountpoint / view) for view in VIEWS} != before:
                found.append("the trees have changed")
            if option and (mountpoint / "import").exists():
                found.append("import/ is there")
            problems += [f"{option or 'as a rule'}: {problem}" for problem in found]
    return require_none(problems, "every operation, in folders and on a file of each tree, with --read-only and without")


def attempts(mountpoint, root, views):
    """What does not answer EROFS."""
    for top in (*([mountpoint] if root else []), *(mountpoint / view for view in views)):
        yield from _refused(top.name, _in_folder(top))
    for view in views:
        directory, _, names = next((entry for entry in os.walk(mountpoint / view) if entry[2]), (None, [], []))
        if directory is None:
            yield f"{view}: no file is left to try"
            continue
        file = os.path.join(directory, sorted(names)[0])
        yield from _refused(view, _in_folder(directory))
        yield from _refused(view, _on_file(file))
        on_folder = {
            "rmdir": lambda: os.rmdir(directory),
            "rename folder": lambda: os.rename(directory, directory + "x"),
        }
        yield from _refused(view, on_folder)


def _in_folder(folder):
    path = os.path.join(folder, "new")
    return {
        "create": lambda: os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)),
        "mkdir": lambda: os.mkdir(path),
        "symlink": lambda: os.symlink("x", path),
        "mkfifo": lambda: os.mkfifo(path),
        "chmod folder": lambda: os.chmod(folder, 0o700),
        "utime folder": lambda: os.utime(folder, (1, 1)),
    }


def _on_file(file):
    return {
        "open to write": lambda: os.close(os.open(file, os.O_WRONLY)),
        "open to read and write": lambda: os.close(os.open(file, os.O_RDWR)),
        "open to append": lambda: os.close(os.open(file, os.O_WRONLY | os.O_APPEND)),
        "open to truncate": lambda: os.close(os.open(file, os.O_RDONLY | os.O_TRUNC)),
        "truncate": lambda: os.truncate(file, 0),
        "unlink": lambda: os.unlink(file),
        "rename": lambda: os.rename(file, file + "x"),
        "link": lambda: os.link(file, file + "x"),
        "chmod": lambda: os.chmod(file, 0o600),
        "chown": lambda: os.chown(file, os.getuid(), os.getgid()),
        "utime": lambda: os.utime(file, (1, 1)),
        "setxattr": lambda: os.setxattr(file, "user.note", b"x"),
    }


def _refused(where, operations):
    for name, operation in operations.items():
        allowed = (errno.EROFS, errno.ENOTSUP) if name == "setxattr" else (errno.EROFS,)
        try:
            operation()
        except OSError as error:
            if error.errno not in allowed:
                yield f"{where}: {name} answers {errno.errorcode.get(error.errno)}"
        else:
            yield f"{where}: {name} succeeds"
