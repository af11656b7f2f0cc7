"""Mounts that cannot be right are refused with a message and an exit code, and leave nothing mounted: an archive that is not
there, a mountpoint inside the archive and the reverse, an index that another mount holds."""

import archives
from program import force_unmount, is_mounted, server_process
from verdict import require_none


def check(program, folder):
    archives.build("enhanced_ct", folder / "archive")
    return require_none(_problems(program, folder), "4 refusals")


def _problems(program, folder):
    archive, index = folder / "archive", folder / "index"
    (archive / "inside").mkdir()
    (folder / "mountpoint").mkdir()
    cases = {
        "an archive that is not there": (folder / "absent", folder / "mountpoint"),
        "a mountpoint inside the archive": (archive, archive / "inside"),
        "an archive inside the mountpoint": (archive, folder),
    }
    for name, (source, mountpoint) in cases.items():
        yield from _refused(program, name, source, mountpoint, index)
    with program.mounted(archive, folder / "mountpoint", index) as mountpoint:
        second = folder / "second"
        second.mkdir()
        said = yield from _refused(program, "a second mount of one index", archive, second, index)
        if str(server_process(mountpoint, program.binary)) not in (said or ""):
            yield f"a second mount of one index: the message does not name the pid: {said!r}"


def _refused(program, name, source, mountpoint, index):
    done = program.run("mount", source, mountpoint, "--index", index, check=False, timeout=60)
    if is_mounted(mountpoint):
        force_unmount(mountpoint)
        yield f"{name}: it was mounted"
    elif done.returncode == 0:
        yield f"{name}: exit code 0"
    elif done.returncode < 0 or not done.stderr.strip():
        yield f"{name}: exit code {done.returncode}, message {done.stderr!r}"
    return done.stderr
