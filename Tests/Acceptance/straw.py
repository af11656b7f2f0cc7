"""A converter of straw: just enough of PS3.4 C.3.5, written again in Python, that the checks have three right trees to pass and
many wrong ones to fail before they judge the program. It shares nothing with the program and takes every short cut."""

import copy
import os
import shutil
from pathlib import Path

import numpy
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from archives.instance import code, item, uid
from frame_pixels import frame_count, frames, is_encapsulated, is_whole
from mounted import Mounted
from received import Received
from sop_classes import CLASSIC, CLASSIC_TO_ENHANCED, ENHANCED, ENHANCED_TO_CLASSIC, MR
from straw_references import follow, original
from view import frame_sources

_TOP = (
    "SpecificCharacterSet", "StudyDate", "StudyTime", "SeriesDate", "SeriesTime", "AccessionNumber", "Modality", "Manufacturer",
    "InstitutionName", "ReferringPhysicianName", "StationName", "StudyDescription", "SeriesDescription",
    "ManufacturerModelName", "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge",
    "PatientWeight", "DeviceSerialNumber", "SoftwareVersions", "ProtocolName", "PatientPosition", "StudyInstanceUID", "StudyID",
    "SeriesNumber", "PresentationIntentType", "FrameOfReferenceUID", "PositionReferenceIndicator", "RequestAttributesSequence", "SamplesPerPixel",
    "PhotometricInterpretation", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
)  # fmt: skip
_MACROS = {
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
    "FrameVOILUTSequence": ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation"),
    "PixelValueTransformationSequence": ("RescaleIntercept", "RescaleSlope", "RescaleType"),
}
_NOWHERE = {"SOPClassUID", "SOPInstanceUID", "PixelData", "SpecificCharacterSet", "ReferencedImageSequence",
            "GraphicAnnotationSequence"}


def trees(archive, folder):
    """Writes the three trees below `folder` and returns what `status --json` would say."""
    received = Received(archive)
    status = {"files": {"skipped": []}, "unconverted": [], "duplicates": [], "views": {}}
    for file in received.files:
        if not file.uid:
            status["files"]["skipped"].append({"path": file.path, "reason": "no DICOM instance"})
    for found, hidden in received.hidden.items():
        paths = [file.path for file in hidden]
        status["duplicates"].append({"sopInstanceUID": found, "shown": received.shown[found].path, "hidden": paths})
    groups, others = {}, []
    enhanced = [file for file in received.shown.values() if file.class_uid in ENHANCED]
    origins = {(file.uid, number): source[0] for file in enhanced
               for number, source in enumerate(frame_sources(file.dataset), start=1) if source}  # fmt: skip
    partial = _partial(enhanced)
    for file in received.shown.values():
        _copy(file, folder / "default")
        if file.uid in partial:
            _copy(file, folder / "classic")
            row = {"view": "classic", "sopInstanceUID": file.uid, "path": file.path, "reason": "a member is missing"}
            status["unconverted"].append(row)
        elif file.class_uid in ENHANCED and not is_encapsulated(file.dataset):
            for number in range(1, frame_count(file.dataset) + 1):
                _write(slice_of(file.dataset, number, origins), folder / "classic")
        elif original(file.dataset) is not None:
            _write(original(file.dataset), folder / "classic")
        else:
            _copy(file, folder / "classic")
        if file.class_uid in CLASSIC and is_whole(file.dataset) and not is_encapsulated(file.dataset):
            key = (file.class_uid, file.dataset.SeriesInstanceUID, tuple(file.dataset.ImageOrientationPatient))
            groups.setdefault(key, []).append(file.dataset)
        else:
            others.append(file)
            if file.class_uid in CLASSIC:
                row = {"view": "enhanced", "sopInstanceUID": file.uid, "path": file.path, "reason": "pixel data are short"}
                status["unconverted"].append(row)
    images = [(combined(slices), slices) for slices in groups.values()]
    changed = follow([(image, _in_frame_order(slices)) for image, slices in images], others)
    for file in others:
        if file.uid in changed:
            _mark(changed[file.uid], "ENHANCED", "Updated UID references during Legacy Enhanced Classic conversion")
            _write(changed[file.uid], folder / "enhanced")
        else:
            _copy(file, folder / "enhanced")
    for image, slices in images:
        for state in _presentation_states(image, slices):
            _write(state, folder / "enhanced")
        _write(image, folder / "enhanced")
    for view in ("default", "classic", "enhanced"):
        status["views"][view] = {"instances": sum(len(names) for _, _, names in os.walk(folder / view))}
    return status


def _partial(enhanced):
    """Members of concatenations that are not all there."""
    members = {}
    for file in enhanced:
        if "ConcatenationUID" in file.dataset:
            members.setdefault(file.dataset.ConcatenationUID, []).append(file)
    return {file.uid for files in members.values() for file in files if len(files) != file.dataset.InConcatenationTotalNumber}


def mounted(name, archive, folder):
    """Straw trees as the checks take them."""
    status = trees(archive, folder)
    return Mounted(name, archive, {view: folder / view for view in status["views"]}, status)


def combined(slices):
    """One Legacy Converted image of these slices."""
    slices = _in_frame_order(slices)
    first = slices[0]
    found = Dataset()
    for keyword in _TOP:
        if keyword in first:
            found[keyword] = copy.deepcopy(first[keyword])
    carries_all = first.get("ContentQualification") and first.get("IrradiationEventUID")
    found.SOPClassUID = CLASSIC_TO_ENHANCED[first.SOPClassUID][0 if carries_all else 1]
    found.SOPInstanceUID = uid("straw", *(part.SOPInstanceUID for part in slices))
    found.SeriesInstanceUID = uid("straw", first.SeriesInstanceUID, found.SOPClassUID)
    found.InstanceNumber = 1
    found.ContentDate, found.ContentTime = min((part.ContentDate, part.ContentTime) for part in slices)
    frame_type = [*first.ImageType[:2], "VOLUME", "NONE"]
    found.ImageType, found.NumberOfFrames, found.PresentationLUTShape = frame_type, len(slices), "IDENTITY"
    kind = dict(FrameType=frame_type, PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
                VolumeBasedCalculationTechnique="NONE")  # fmt: skip
    found.PixelPresentation, found.VolumetricProperties, found.VolumeBasedCalculationTechnique = "MONOCHROME", "VOLUME", "NONE"
    found.AcquisitionContextSequence, found.BurnedInAnnotation, found.LossyImageCompression = [], "NO", "00"
    shared = Dataset()
    setattr(shared, "MRImageFrameTypeSequence" if first.SOPClassUID == MR else "CTImageFrameTypeSequence", [item(**kind)])
    region = code("51185008", "SCT", "Chest") if first.get("BodyPartExamined") == "CHEST" else code("12738006", "SCT", "Brain")
    regions = copy.deepcopy(first.get("AnatomicRegionSequence")) or [region]
    shared.FrameAnatomySequence = [item(FrameLaterality="U", AnatomicRegionSequence=regions)]
    if "IrradiationEventUID" in first:
        shared.IrradiationEventIdentificationSequence = [item(IrradiationEventUID=first.IrradiationEventUID)]
    if "ReferencedImageSequence" in first:
        if all("ReferencedImageSequence" in part for part in slices):
            shared.ReferencedImageSequence = copy.deepcopy(first.ReferencedImageSequence)
        evidence = [item(SeriesInstanceUID=uid("straw", "absent"), ReferencedSOPSequence=[
            item(ReferencedSOPClassUID=part.ReferencedSOPClassUID, ReferencedSOPInstanceUID=part.ReferencedSOPInstanceUID)
            for part in first.ReferencedImageSequence])]  # fmt: skip
        found.ReferencedImageEvidenceSequence = [item(StudyInstanceUID=first.StudyInstanceUID, ReferencedSeriesSequence=evidence)]
    found.SharedFunctionalGroupsSequence = [shared]
    organization = uid("straw", found.SOPInstanceUID, "dimensions")
    found.DimensionOrganizationSequence = [item(DimensionOrganizationUID=organization)]
    found.DimensionIndexSequence = [
        item(DimensionOrganizationUID=organization, DimensionIndexPointer=0x00209057, FunctionalGroupPointer=0x00209111)
    ]
    found.PerFrameFunctionalGroupsSequence = [_frame(part, index) for index, part in enumerate(slices, start=1)]
    for groups, part in zip(found.PerFrameFunctionalGroupsSequence, slices):
        if "ReferencedImageSequence" in part and "ReferencedImageSequence" not in shared:
            groups.ReferencedImageSequence = copy.deepcopy(part.ReferencedImageSequence)
    _mark(found, "ENHANCED", "Legacy Enhanced Image created from Classic Images")
    found.PixelData = b"".join(_values(part) for part in slices)
    found["PixelData"].VR = "OW"
    return found


def _in_frame_order(slices):
    return sorted(slices, key=lambda part: (float(part.get("EchoTime") or 0), float(part.ImagePositionPatient[2])))


def _presentation_states(image, slices):
    """What each slice draws over itself, one presentation state a slice; the image names them."""
    found = []
    slices = _in_frame_order(slices)
    for number, part in enumerate(slices, start=1):
        groups = [group for group in range(0x6000, 0x6020, 2) if (group, 0x0010) in part]
        if not groups and "GraphicAnnotationSequence" not in part:
            continue
        state = Dataset()
        for keyword in ("PatientID", "IssuerOfPatientID", "StudyInstanceUID", "SpecificCharacterSet", "GraphicAnnotationSequence",
                        "RescaleSlope", "RescaleIntercept"):  # fmt: skip
            if keyword in part:
                state[keyword] = copy.deepcopy(part[keyword])
        state.SOPClassUID, state.Modality = "1.2.840.10008.5.1.4.1.1.11.1", "PR"
        state.SOPInstanceUID, state.SeriesInstanceUID = uid("straw pr", part.SOPInstanceUID), uid("straw pr", part.StudyInstanceUID)
        reference = item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID,
                         ReferencedFrameNumber=number)  # fmt: skip
        series = item(SeriesInstanceUID=image.SeriesInstanceUID, ReferencedImageSequence=[reference])
        state.ReferencedSeriesSequence = [series]
        state.SoftcopyVOILUTSequence = [item(WindowCenter=part.WindowCenter, WindowWidth=part.WindowWidth)]
        for group in groups:
            for element in part.group_dataset(group):
                state[element.tag] = copy.deepcopy(element)
            if (group, 0x3000) not in part:
                order = "<u2" if part.file_meta.TransferSyntaxUID.is_little_endian else ">u2"
                bits = (numpy.frombuffer(part.PixelData, order) >> part[group, 0x0102].value) & 1
                state.add_new((group, 0x3000), "OW", numpy.packbits(bits.astype("u1"), bitorder="little").tobytes())
        state.ConversionSourceAttributesSequence = [_source(part)]
        _mark(state, "ENHANCED", "Legacy Enhanced Image created from Classic Images")
        found.append(state)
    if found:
        named = [item(ReferencedSOPClassUID=state.SOPClassUID, ReferencedSOPInstanceUID=state.SOPInstanceUID) for state in found]
        series = item(SeriesInstanceUID=found[0].SeriesInstanceUID, ReferencedSOPSequence=named)
        image.ReferencedPresentationStateSequence = [
            item(StudyInstanceUID=image.StudyInstanceUID, ReferencedSeriesSequence=[series])
        ]
    return found


def _values(part):
    """Native pixels in little-endian order, without bits that are no value."""
    data = frames(part)[0]
    if part.BitsAllocated != 16 or not any((group, 0x0010) in part for group in range(0x6000, 0x6020, 2)):
        return data
    order = "<u2" if part.file_meta.TransferSyntaxUID.is_little_endian else ">u2"
    return (numpy.frombuffer(data, order) & ((1 << part.BitsStored) - 1)).astype("<u2").tobytes()


def _frame(part, index):
    found = Dataset()
    found.FrameContentSequence = [item(StackID="1", InStackPositionNumber=index, DimensionIndexValues=[index])]
    for sequence, keywords in _MACROS.items():
        macro = Dataset()
        for keyword in keywords:
            if keyword in part:
                macro[keyword] = copy.deepcopy(part[keyword])
        if len(macro):
            if sequence == "PixelValueTransformationSequence" and "RescaleType" not in macro:
                macro.RescaleType = "US"
            setattr(found, sequence, [macro])
    unassigned = Dataset()
    for element in part:
        if element.keyword not in _NOWHERE and element.tag.group & 0xFF00 != 0x6000:
            unassigned[element.tag] = copy.deepcopy(element)
    found.UnassignedPerFrameConvertedAttributesSequence = [unassigned]
    found.ConversionSourceAttributesSequence = [_source(part)]
    return found


def slice_of(source, number, origins):
    """One classic image of a frame; for a frame of our own, what was put aside for it. `origins`: (SOP Instance UID, frame
    number) -> SOP Instance UID of the slice that the frame was."""
    shared, groups = source.SharedFunctionalGroupsSequence[0], source.PerFrameFunctionalGroupsSequence[number - 1]
    original = (frame_sources(source) or [None] * number)[number - 1]
    found = Dataset() if original else _flattened(source, shared, groups)
    for part in (shared, groups):
        for keyword in ("UnassignedSharedConvertedAttributesSequence", "UnassignedPerFrameConvertedAttributesSequence"):
            for kept in part.get(keyword) or []:
                for element in kept:
                    found[element.tag] = copy.deepcopy(element)
    if original:
        found.SpecificCharacterSet, found.SOPInstanceUID = source.SpecificCharacterSet, original[0]
        place = next((part for part in (shared, groups) if "ReferencedImageSequence" in part), None)
        if place is not None:
            found.ReferencedImageSequence = copy.deepcopy(place.ReferencedImageSequence)
            for named in found.ReferencedImageSequence:
                origin = origins.get((named.ReferencedSOPInstanceUID, named.get("ReferencedFrameNumber")))
                if origin:
                    named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = ENHANCED_TO_CLASSIC[named.ReferencedSOPClassUID], origin
                    del named.ReferencedFrameNumber
    else:
        found.SOPInstanceUID = uid("straw", source.SOPInstanceUID, number)
        found.SeriesInstanceUID, found.InstanceNumber = uid("straw classic", source.SeriesInstanceUID), number
        found.InstanceNumber += source.get("ConcatenationFrameOffsetNumber", 0)
        found.ScanningSequence, found.SequenceVariant, found.ScanOptions, found.AcquisitionNumber = "SE", "NONE", "", 1
    found.SOPClassUID = ENHANCED_TO_CLASSIC[source.SOPClassUID]
    found.ConversionSourceAttributesSequence = [_source(source)]
    found.ConversionSourceAttributesSequence[0].ReferencedFrameNumber = number
    _mark(found, "CLASSIC", "Classic Image created from Enhanced Image")
    found.PixelData = frames(source)[number - 1]
    found["PixelData"].VR = "OW"
    return found


def _flattened(source, shared, groups):
    found = Dataset()
    for element in source:
        if element.keyword not in {"SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "PixelData",
                                   "NumberOfFrames", "DimensionIndexSequence", "DimensionOrganizationSequence"}:  # fmt: skip
            found[element.tag] = copy.deepcopy(element)
    for part in (shared, groups):
        for sequence in part:
            if sequence.VR == "SQ" and len(sequence.value or []) == 1:
                for element in sequence.value[0]:
                    found[element.tag] = copy.deepcopy(element)
    if "FrameAcquisitionDateTime" in found:
        moment = str(found.FrameAcquisitionDateTime)
        found.AcquisitionDate, found.AcquisitionTime = moment[:8], moment[8:]
    if "EffectiveEchoTime" in found:
        found.EchoTime = str(found.EffectiveEchoTime)
    if found.get("InPlanePhaseEncodingDirection") == "COLUMN":
        found.InPlanePhaseEncodingDirection = "COL"  # the two forms have different enumerated values
    return found


def _source(part):
    return item(ReferencedSOPClassUID=part.SOPClassUID, ReferencedSOPInstanceUID=part.SOPInstanceUID)


def _mark(found, view, sentence):
    found.QueryRetrieveView = view
    equipment = list(copy.deepcopy(found.get("ContributingEquipmentSequence") or []))
    purpose = [code("109106", "DCM", "Enhanced Multi-frame Conversion Equipment")]
    equipment.append(item(Manufacturer="Straw", ContributionDescription=sentence, PurposeOfReferenceCodeSequence=purpose))
    found.ContributingEquipmentSequence = equipment


def _write(found, folder):
    from pydicom.dataset import FileMetaDataset

    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.file_meta.ImplementationClassUID = uid("straw")
    found.file_meta.MediaStorageSOPClassUID, found.file_meta.MediaStorageSOPInstanceUID = found.SOPClassUID, found.SOPInstanceUID
    target = Path(folder) / f"{found.SOPInstanceUID[-12:]}.dcm"
    target.parent.mkdir(parents=True, exist_ok=True)
    found.save_as(target, enforce_file_format=True)
    os.utime(target, (1_700_000_000, 1_700_000_000))


def _copy(file, folder):
    target = Path(folder) / f"{file.uid[-12:]}.dcm"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file.absolute, target)
