"""What lies about in a real archive: text, an empty file, a DICOMDIR, dot files, one instance twice, one SOP Instance UID on
two different instances, an object that nobody converts, and names that need care."""

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from io import BytesIO

from sop_classes import DICOMDIR

from archives.ct_axial import axial
from archives.instance import EXPLICIT, Folder, give_pixels, instance, picture, uid

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
NOT_DICOM = ("README.txt", "empty", ".DS_Store", "pictures/photo.jpg", "DICOMDIR")
CLASH = ("clash/a.dcm", "clash/b.dcm")
TWICE = ("twice/first.dcm", "twice/second.dcm")


def build(root):
    folder = Folder(root)
    folder.put("README.txt", b"An archive.\n")
    folder.put("empty", b"")
    folder.put(".DS_Store", b"\0\0\0\1Bud1" + bytes(60))
    folder.put("pictures/photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500))
    folder.put("DICOMDIR", _dicomdir())
    for number in range(1, 5):
        folder.write(f"Série {number % 2}/Bild\t{number}.dcm", axial(number, study="other files", size=32))
    first = axial(9, study="other files", size=32)
    for path in TWICE:
        folder.write(path, first)
    for offset, path in enumerate(CLASH):
        clashing = axial(20 + offset, study="other files", size=32)
        clashing.SOPInstanceUID = uid("other files", "clash")
        folder.write(path, clashing)
    capture = instance(SECONDARY_CAPTURE, "OT", "other files", "captures", 1, series_number=99)
    capture.PatientName, capture.PatientID = "../../etc^passwd", "..\\..\\x/.."
    capture.SeriesDescription, capture.StudyDescription = "/", "頭部^模型" * 7
    capture.ConversionType = "WSD"
    give_pixels(capture, picture(32, 32, 3))
    folder.write("capture", capture)


def _dicomdir():
    meta, record = FileMetaDataset(), Dataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = DICOMDIR, uid("other files", "dicomdir")
    meta.TransferSyntaxUID, meta.ImplementationClassUID = EXPLICIT, uid("acceptance archives")
    record.file_meta, record.FileSetID = meta, "SET"
    record.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    record.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    record.FileSetConsistencyFlag, record.DirectoryRecordSequence = 0, []
    stream = BytesIO()
    dcmwrite(stream, record, enforce_file_format=True)
    return stream.getvalue()
