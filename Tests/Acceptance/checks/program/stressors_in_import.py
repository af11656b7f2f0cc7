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
        # All at once, which is more than each by itself.
        problems += _stress(box, STRESSORS, 0, seconds=12)
        for name in LINKS:
            problems += _stress(box, [name], NO_RESOURCE, seconds=1)
        problems += [f"{path.name} is left" for path in box.iterdir()]
        instances = program.status(mountpoint)["files"]["instances"]
    if instances:
        problems.append(f"{instances} instances were made of nothing")
    return require_none(problems, f"{len(STRESSORS + LINKS)} stressors")


def _stress(box, names, expected, seconds):
    options = [word for name in names for word in (f"--{name}", "1")]
    command = ["stress-ng", "--temp-path", str(box), *options, "--timeout", f"{seconds}s", "--verify"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=200, check=False
    )
    if done.returncode == expected:
        return []
    said = [line for line in (done.stdout + done.stderr).splitlines() if "fail" in line or "error" in line]
    return [f"{' '.join(names)} exits {done.returncode}", *said[:5]]
