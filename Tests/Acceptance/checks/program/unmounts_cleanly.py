"""`unmount`, SIGTERM and SIGINT each end the daemon and leave no mount; after a crash, mounting and unmounting work again."""

import errno
import os
import signal

import archives
from program import force_unmount, is_mounted, server_process, wait_until
from verdict import require_none

SECONDS = 10


def check(program, folder):
    archives.build("enhanced_ct", folder / "archive")
    mountpoint = folder / "mountpoint"
    mountpoint.mkdir()
    try:
        return require_none(_problems(program, folder, mountpoint), "unmount, SIGTERM, SIGINT, crash")
    finally:
        force_unmount(mountpoint)


def _problems(program, folder, mountpoint):
    def mount():
        program.run("mount", folder / "archive", mountpoint, "--index", folder / "index")
        return server_process(mountpoint, program.binary)

    server = mount()
    if server is None:
        yield "no daemon is found by its command line"
        return
    program.run("unmount", mountpoint)
    yield from _left(mountpoint, server, "unmount")

    for name in ("SIGTERM", "SIGINT"):
        server = mount()
        os.kill(server, getattr(signal, name))
        yield from _left(mountpoint, server, name)

    for command in ("mount", "unmount"):
        server = mount()
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: not _runs(server), SECONDS)
        if not _is_stale(mountpoint):
            yield "after SIGKILL the mount is not stale: this check proves nothing"
        if command == "mount":
            server = mount()
            if not os.path.isdir(mountpoint / "default"):
                yield "mounted over a stale mount, it does not answer"
        program.run("unmount", mountpoint)
        yield from _left(mountpoint, server, f"{command} after a crash")


def _left(mountpoint, server, after):
    if not wait_until(lambda: not is_mounted(mountpoint), SECONDS):
        yield f"still mounted after {after}"
        force_unmount(mountpoint)
    if not wait_until(lambda: not _runs(server), SECONDS):
        yield f"the daemon still runs after {after}"
        os.kill(server, signal.SIGKILL)


def _runs(process):
    try:
        with open(f"/proc/{process}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _is_stale(mountpoint):
    try:
        os.listdir(mountpoint)
    except OSError as error:
        return error.errno in (errno.ENOTCONN, errno.ECONNABORTED)
    return False
