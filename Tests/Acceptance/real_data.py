"""Where the real archives are, if they are anywhere."""

import os
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def folder():
    """The folder of real archives, or None."""
    if os.environ.get("DICOMVIEWFS_TEST_DATA"):
        return Path(os.environ["DICOMVIEWFS_TEST_DATA"])
    unpack = REPOSITORY.parent / "shared" / "data" / "unpack"
    if not unpack.exists():
        return None
    return Path(subprocess.run([unpack], stdout=subprocess.PIPE, text=True, check=True).stdout.strip())


def archives():
    """The real archives, each a folder; none if they are not here."""
    data = folder()
    return sorted(path for path in data.iterdir() if path.is_dir()) if data and data.is_dir() else []
