"""What the archives are built of. Everything is invented and the same at every run: UIDs are hashes of names, pixels are
formulas, file times count from a fixed day."""

import hashlib
import os
from pathlib import Path

import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

FIRST_TIME = 1_700_000_000  # seconds; each file of an archive is a second younger than the one before


def uid(*names):
    """A UID that is a function of its names (PS3.5 B.2)."""
    return "2.25." + str(int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:15], "big"))


def item(**attributes):
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def code(value, scheme, text):
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=text)


def referenced(class_uid, instance_uid, **more):
    return item(ReferencedSOPClassUID=class_uid, ReferencedSOPInstanceUID=instance_uid, **more)


def instance(class_uid, modality, study, series, number, series_number=1):
    """Patient to equipment: what every image of these archives has, private attributes of two makers included."""
    found = Dataset()
    found.SpecificCharacterSet = "ISO_IR 192"
    found.SOPClassUID, found.SOPInstanceUID = class_uid, uid(study, series, number)
    found.InstanceCreationDate, found.InstanceCreationTime = "20240102", f"1011{number % 60:02d}.25"
    found.StudyDate = found.SeriesDate = found.AcquisitionDate = found.ContentDate = "20240102"
    found.StudyTime, found.SeriesTime = "100000", "100130.5"
    found.AcquisitionTime, found.ContentTime = f"1005{number % 60:02d}.250000", f"1007{number % 60:02d}"
    found.AccessionNumber, found.Modality, found.Manufacturer = "A7", modality, "Acme Imaging"
    found.InstitutionName, found.ReferringPhysicianName = "Hôpital d’Essai", "Referring^Physician"
    found.StationName, found.StudyDescription = "STATION1", "Acceptance"
    found.SeriesDescription, found.ManufacturerModelName = str(series), "Scan 3000"
    found.PatientName, found.PatientID, found.IssuerOfPatientID = "Phantom^Première", "PID-1", "HOSP"
    found.PatientBirthDate, found.PatientSex, found.PatientAge, found.PatientWeight = "19700101", "F", "054Y", "70.50"
    found.DeviceSerialNumber, found.SoftwareVersions, found.ProtocolName = "SN1", ["v1", "v2"], "ROUTINE"
    found.PatientPosition, found.StudyID, found.AcquisitionNumber = "HFS", "S1", 1
    found.StudyInstanceUID, found.SeriesInstanceUID = uid(study), uid(study, series)
    found.SeriesNumber, found.InstanceNumber = series_number, number
    found.FrameOfReferenceUID, found.PositionReferenceIndicator = uid(study, "frame of reference"), "SN"
    found.RequestAttributesSequence = [item(RequestedProcedureID="RP1", ScheduledProcedureStepID="SPS1")]
    block = found.private_block(0x01F1, "ACME ACQUISITION", create=True)
    block.add_new(0x01, "CS", "SPIRAL")
    block.add_new(0x02, "FL", 39.0 + 0.25 * number)
    found.private_block(0x0043, "ACME PARAMETERS", create=True).add_new(0x27, "SH", f"/{number}:1")
    return found


def place(found, position, orientation=(1, 0, 0, 0, 1, 0), spacing=(0.75, 0.75), thickness=2.5):
    """The Image Plane module (PS3.3 C.7.6.2): position and spacing in mm."""
    found.ImagePositionPatient = [f"{value:.6g}" for value in position]
    found.ImageOrientationPatient = [f"{value:.6g}" for value in orientation]
    found.PixelSpacing = [f"{value:.6g}" for value in spacing]
    found.SliceThickness, found.SliceLocation = f"{thickness:.6g}", f"{position[2]:.6g}"


def picture(rows, columns, number, bits=12):
    """Pixels of which no two frames share theirs: a wandering disc over a ramp, and the frame's number in the corner."""
    y, x = numpy.mgrid[0:rows, 0:columns]
    ramp = (x * 3 + y * 5 + number * 7) % 512
    disc = (x - columns / 2 - number % 8) ** 2 + (y - rows / 2) ** 2 < (rows / 3) ** 2
    values = numpy.where(disc, ramp + 900, ramp // 8).astype(numpy.int64)
    values[0, :4] = [number % 256, number // 256, 1, 2]
    return (values % (1 << bits)).astype(numpy.uint16)


def give_pixels(found, *pictures, bits=12, signed=False):
    """The Image Pixel module (PS3.3 C.7.6.3), native, 16 bits allocated."""
    found.SamplesPerPixel, found.PhotometricInterpretation = 1, "MONOCHROME2"
    found.Rows, found.Columns = pictures[0].shape
    found.BitsAllocated, found.BitsStored, found.HighBit = 16, bits, bits - 1
    found.PixelRepresentation = int(signed)
    found.PixelData = b"".join(picture.astype("<i2" if signed else "<u2").tobytes() for picture in pictures)
    found["PixelData"].VR = "OW"


def encapsulate_pixels(found, streams, fragments=1, offset_table=True):
    """Codestreams, one a frame, as encapsulated Pixel Data (PS3.5 A.4)."""
    found.PixelData = encapsulate(streams, fragments_per_frame=fragments, has_bot=offset_table)
    found["PixelData"].VR = "OB"
    found["PixelData"].is_undefined_length = True


class Folder:
    """An archive under way: writes instances and gives every file its own time."""

    def __init__(self, root):
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.count = 0

    def put(self, path, content):
        """A file of these bytes."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        when = (FIRST_TIME + self.count) * 1_000_000_000 + 123_456_789
        os.utime(target, ns=(when, when))
        self.count += 1
        return target

    def write(self, path, found, syntax=ExplicitVRLittleEndian, preamble=True):
        """An instance in this transfer syntax, in the DICOM File Format unless preamble is False."""
        found.file_meta = FileMetaDataset()
        found.file_meta.TransferSyntaxUID = syntax
        found.file_meta.ImplementationClassUID = uid("acceptance archives")
        found.file_meta.MediaStorageSOPClassUID = found.SOPClassUID
        found.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID
        target = self.put(path, b"")
        if syntax == ExplicitVRBigEndian:
            found = _swapped(found)
        if preamble:
            found.save_as(target, enforce_file_format=True)
        else:
            meta, found.file_meta = found.file_meta, FileMetaDataset()
            found.save_as(target, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=True, enforce_file_format=False)
            found.file_meta = meta
        self.count -= 1
        return self.put(path, target.read_bytes())


def _swapped(found):
    if found.BitsAllocated == 16:
        found.PixelData = numpy.frombuffer(found.PixelData, "<u2").astype(">u2").tobytes()
        found["PixelData"].VR = "OW"
    return found


DEFLATED = DeflatedExplicitVRLittleEndian
BIG_ENDIAN = ExplicitVRBigEndian
IMPLICIT = ImplicitVRLittleEndian
EXPLICIT = ExplicitVRLittleEndian
