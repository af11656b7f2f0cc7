"""The commands of the README do what it says, copied from it as a newcomer would: the fences marked `sh readme:NAME`."""

import os
import re
import subprocess
from pathlib import Path

import archives
from program import force_unmount, mount_table
from verdict import require_none

REPOSITORY = Path(__file__).resolve().parents[4]
_FENCE = re.compile(r"^```sh readme:(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def check(program, folder):
    commands = _FENCE.findall((REPOSITORY / "README.md").read_text())
    archives.build("ct_axial", folder / "archive")
    (folder / "mountpoint").mkdir()
    (folder / "tmp").mkdir()
    environment = {
        **os.environ, "ARCHIVE": str(folder / "archive"), "MOUNTPOINT": str(folder / "mountpoint"),
        "DESTINATION": str(folder / "destination"), "TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home"),
        "XDG_STATE_HOME": str(folder / "state"), "XDG_RUNTIME_DIR": str(folder / "tmp"),
    }  # fmt: skip
    problems = [] if len(commands) >= 2 else [f"{len(commands)} marked fences in README.md, at least 2 are expected"]
    for name, text in commands:
        before = set(mount_table())
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=900, check=False,
        )  # fmt: skip
        for mountpoint in set(mount_table()) - before:
            subprocess.run([program.binary, "unmount", mountpoint], capture_output=True, timeout=60, check=False)
            force_unmount(mountpoint)
        if done.returncode:
            problems.append(f"{name}: exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        elif name == "mount" and not {"default", "classic", "enhanced"} <= set(done.stdout.split()):
            problems.append(f"{name}: shows {done.stdout.strip()[-200:]!r}")
        elif name == "demo" and "enhanced" not in done.stdout:
            problems.append(f"{name}: does not show the trees: {done.stdout.strip()[-200:]!r}")
        elif name == "export" and not any(path.is_file() for path in (folder / "destination").rglob("*")):
            problems.append(f"{name}: wrote nothing")
    return require_none(problems, ", ".join(name for name, _ in commands))
