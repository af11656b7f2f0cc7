"""The file stressors of stress-ng in `import/`: each that uses what a drop box has ends well; links are refused, as documented."""

import shutil
import subprocess

from verdict import Skipped, require_none

STRESSORS = (
    "access", "aiol", "chmod", "copy-file", "dentry", "dir", "dirdeep", "fallocate", "filename", "fpunch", "fstat", "getdent",
    "hdd", "iomix", "open", "readahead", "rename", "revio", "seek", "sync-file", "utime",
)  # fmt: skip
LINKS = ("link", "symlink")
NO_RESOURCE = 3  # what stress-ng exits with where a file system lacks something


def check(program, folder):
    if not shutil.which("stress-ng"):
        raise Skipped("stress-ng is not installed")
    (folder / "archive").mkdir()
    problems = []
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index", "-o", "settle_time=0.5") as mountpoint:
        box = mountpoint / "import"
        for name in STRESSORS + LINKS:
            command = ["stress-ng", "--temp-path", box, f"--{name}", "2", "--timeout", "1s", "--verify"]
            done = subprocess.run(
                list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                timeout=120, check=False,
            )  # fmt: skip
            allowed = {NO_RESOURCE} if name in LINKS else {0}
            if done.returncode not in allowed:
                said = [line for line in (done.stdout + done.stderr).splitlines() if "fail" in line or "error" in line]
                problems.append(f"--{name} exits {done.returncode}: {(said or ['?'])[0]}")
            problems += [f"--{name} leaves {path.name}" for path in box.iterdir()]
        instances = program.status(mountpoint)["files"]["instances"]
    if instances:
        problems.append(f"{instances} instances were made of nothing")
    return require_none(problems, f"{len(STRESSORS + LINKS)} stressors, 2 at once")
