"""Programs that read DICOM read the three trees: dcmdump, dcm2pnm (a picture a frame), gdcminfo, gdcmscanner; storescu sends them
to a storescp, which receives the same data sets; dcmmkdir makes a DICOMDIR of a mount with --profile legacy."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import archives
from program import VIEWS
from received import Received
from verdict import Failed, Skipped, require_none
from view import View

REPOSITORY = Path(__file__).resolve().parents[4]
ARCHIVES = ("ct_axial", "enhanced_mr", "other_files")
_OF_A_FILE = {
    "dcm2pnm": lambda path, out: ["dcm2pnm", "-q", "--write-raw-pnm", "+Wm", "+Fa", path, out],
    "gdcminfo": lambda path, out: ["gdcminfo", path],
}


def check(program, folder):
    if not shutil.which("dcmdump"):
        raise Skipped("dcmtk is not installed")
    tools = [name for name in _OF_A_FILE if shutil.which(name)]
    for name in ARCHIVES:
        archives.build(name, folder / "archive" / name)
    problems = []
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index") as mountpoint:
        views = {view: View(mountpoint / view) for view in VIEWS}
        for view, tree in views.items():
            if not tree.files:
                raise Failed(f"{view}/ is empty")
            code, said = _run(["dcmdump", "-q", *(file.absolute for file in tree.files)])
            if code:
                problems.append(f"{view}/: dcmdump exits {code}: {said.strip()[-200:]}")
            for tool in tools:
                problems += [f"{view}/{text}" for text in _each(tool, tree, folder / f"{tool}-{view}")]
            if shutil.which("gdcmscanner"):
                problems += [f"{view}/: {text}" for text in _scanned(tree)]
            problems += [f"{view}/: {text}" for text in _sent(tree, folder / f"received-{view}")]
    options = ("--profile", REPOSITORY / "Mounts/profiles/legacy.yaml")
    with program.mounted(folder / "archive", folder / "mountpoint", folder / "index-legacy", *options) as mountpoint:
        problems += [f"classic/: {text}" for text in _directory(mountpoint / "classic", len(views["classic"].files), folder)]
    used = [tool for tool in ("dcmdump", *_OF_A_FILE, "gdcmscanner", "storescu", "dcmmkdir") if shutil.which(tool)]
    return require_none(problems, f"{sum(len(tree.files) for tree in views.values())} files: {', '.join(used)}")


def _run(command, seconds=120):
    done = subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def _each(tool, tree, folder):
    """An image of each Series."""
    folder.mkdir()
    images = {file.dataset.SeriesInstanceUID: file for file in tree.files if file.uid and "PixelData" in file.dataset}
    for number, file in enumerate(images.values()):
        code, said = _run(_OF_A_FILE[tool](file.absolute, folder / f"{number}"))
        if code:
            yield f"{file.path}: {tool} exits {code}: {said.strip()[-200:]}"
        elif tool == "dcm2pnm":
            count = len(list(folder.glob(f"{number}.*")))
            if count != int(file.dataset.get("NumberOfFrames") or 1):
                yield f"{file.path}: dcm2pnm writes {count} pictures of {file.dataset.get('NumberOfFrames') or 1} frames"


def _scanned(tree):
    """gdcmscanner finds each instance's UID."""
    code, said = _run(["gdcmscanner", "-d", tree.root, "-r", "-p", "-t", "8,18"])
    missing = [file.path for file in tree.files if file.uid and file.uid not in said]
    if code or missing:
        yield f"gdcmscanner exits {code} and misses {len(missing)} of {len(tree.files)} files"


def _sent(tree, folder):
    """What a receiver gets is what was sent."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["storescp", "-q", "-od", folder, str(port)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(0.5)
        paths = [file.absolute for file in tree.files if file.uid]
        code, said = _run(["storescu", "-q", "-R", "-ts", "20", "127.0.0.1", port, *paths], 300)
    finally:
        server.terminate()
        server.wait(20)
    if code:
        yield f"storescu exits {code}: {said.strip()[-200:]}"
    found = Received(folder).shown
    for file in tree.files:
        if file.uid and file.uid not in found:
            yield f"{file.path}: storescp does not receive it"
        elif file.uid and file.dataset != found[file.uid].dataset:
            yield f"{file.path}: storescp receives another data set"


def _directory(tree, count, folder):
    """A DICOMDIR names every file by its File ID, which is what --profile legacy is for."""
    target = folder / "DICOMDIR"
    code, said = _run(["dcmmkdir", "-q", "-Pgp", "-W", "-Nec", "+I", "+r", "+id", tree, "+D", target], 300)
    listed = _run(["dcmdump", "-q", "+P", "0004,1500", target])[1].count("(0004,1500)") if target.exists() else 0
    if code or listed != count:
        yield f"dcmmkdir exits {code} and lists {listed} of {count} files: {said.strip()[-300:]}"
