"""The other archive that is measured on: many small files of many patients, invented, the same at every run."""

import io
import sys
from pathlib import Path

import pydicom

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/Acceptance"))

from archives.ct_axial import axial  # noqa: E402
from archives.instance import uid  # noqa: E402
from pydicom.dataset import FileMetaDataset  # noqa: E402
from pydicom.uid import ExplicitVRLittleEndian  # noqa: E402

PATIENT_FILES, SERIES_FILES = 1000, 50


def build(root, count):
    """Writes `count` CT slices of 8 x 8 and returns the length in bytes of what lies before their Pixel Data value.

    Written once by pydicom; each file is that one with other values of the same lengths in it, for speed."""
    found = axial(1, study="many", size=8)
    marks = {}

    def mark(keyword, text):
        setattr(found, keyword, text)
        marks[keyword] = text.encode()

    mark("PatientID", "P-000000")
    mark("StudyInstanceUID", "1.2.826.0.1.3680043.10.1.100000")
    mark("SeriesInstanceUID", "1.2.826.0.1.3680043.10.2.200000")
    mark("SOPInstanceUID", "1.2.826.0.1.3680043.10.3.300000")
    found.IrradiationEventUID = uid("many", "event")
    found.InstanceNumber = "7777"
    found.ImagePositionPatient = ["-48", "-48", "-333.3"]
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    content = io.BytesIO()
    pydicom.dcmwrite(content, found, enforce_file_format=True)
    template = content.getvalue()
    for number in range(count):
        patient, series, position = number // PATIENT_FILES, number // SERIES_FILES, number % SERIES_FILES
        folder = root / f"{patient:03d}" / f"{series:05d}"
        if position == 0:
            folder.mkdir(parents=True)
        file = template
        for keyword, value in (("PatientID", patient), ("StudyInstanceUID", patient), ("SeriesInstanceUID", series),
                               ("SOPInstanceUID", number)):  # fmt: skip
            old = marks[keyword]
            file = file.replace(old, old[:-5] + b"%05d" % value)
        file = file.replace(b"7777", b"%04d" % (position + 1)).replace(b"-333.3", b"-%05.1f" % (position * 2.5))
        (folder / f"{position:03d}.dcm").write_bytes(file)
    return len(template) - 8 * 8 * 2
