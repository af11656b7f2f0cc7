"""What dcm2niix makes of files: volumes with their place in the patient, read from its NIfTI-1 files without any library."""

import os
import re
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy

_TYPES = {2: "u1", 4: "<i2", 8: "<i4", 16: "<f4", 64: "<f8", 128: "u1", 256: "i1", 512: "<u2", 768: "<u4"}
_RGB = 128
# What it makes besides: resampled to even planes, to upright ones, and overlays, which `enhanced/` has as presentation states.
_BYPRODUCT = re.compile(r"(_Eq_\d+|_Tilt_\d+|_?ROI\d+)\.nii$")


@dataclass
class Volume:
    """Three dimensions of a NIfTI file: voxels as numbers, with scale and offset applied, and the affine's rows."""

    voxels: numpy.ndarray
    affine: numpy.ndarray

    def lies_as(self, other):
        return self.voxels.shape == other.voxels.shape and numpy.allclose(self.affine, other.affine, rtol=1e-3, atol=2e-3)

    def is_same(self, other):
        return self.lies_as(other) and _close(self.voxels, other.voxels)

    def scales(self, other):
        """What each plane has to be multiplied by to be that of `other`, or None if it is no multiple."""
        found = []
        for own, wanted in zip(numpy.moveaxis(self.voxels, -1, 0), numpy.moveaxis(other.voxels, -1, 0)):
            square = float((own * own).sum())
            factor = float((own * wanted).sum()) / square if square else 0.0
            if not _close(own * factor, wanted):
                return None
            if square:
                found.append(factor)
        return found


@dataclass
class Outcome:
    """One run: the volumes, and what was said."""

    volumes: list
    dimensions: list  # of each file
    code: int
    said: str

    @property
    def shapes(self):
        return " ".join("x".join(map(str, shape)) for shape in self.dimensions) or f"nothing (exit code {self.code})"


def convert(paths):
    """Runs dcm2niix over these files, wherever they lie."""
    folder = Path(tempfile.mkdtemp(prefix="dicomviewfs-nifti."))
    try:
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        for number, path in enumerate(paths):
            os.symlink(path, folder / "in" / f"{number:06}.dcm")
        command = ["dcm2niix", "-b", "n", "-z", "n", "-f", "%s", "-o", folder / "out", folder / "in"]
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
        said = (done.stdout + done.stderr).decode(errors="replace").replace(str(folder), "")
        files = [read(path) for path in sorted((folder / "out").glob("*.nii")) if not _BYPRODUCT.search(path.name)]
        volumes = [volume for _, found in files for volume in found]
        return Outcome(volumes, [shape for shape, _ in files], done.returncode, said)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(path):
    """(dimensions, volumes) of a NIfTI-1 file."""
    data = path.read_bytes()
    dimensions = struct.unpack("<8h", data[40:56])
    kind = struct.unpack("<h", data[70:72])[0]
    offset, slope, intercept = struct.unpack("<3f", data[108:120])
    affine = numpy.array(struct.unpack("<12f", data[280:328])).reshape(3, 4)
    shape = dimensions[1 : dimensions[0] + 1]
    samples = 3 if kind == _RGB else 1
    values = numpy.frombuffer(data, _TYPES[kind], offset=int(offset), count=int(numpy.prod(shape)) * samples).astype(float)
    if slope:
        values = values * slope + intercept
    solid = (*shape, 1, 1)[:3]
    volumes = values.reshape(samples * solid[0], solid[1], solid[2], -1, order="F")
    return shape, [Volume(volumes[..., index], affine) for index in range(volumes.shape[-1])]


def _close(own, wanted):
    return numpy.allclose(own, wanted, rtol=1e-4, atol=1e-5 * max(1.0, float(numpy.abs(wanted).max(initial=0))))
