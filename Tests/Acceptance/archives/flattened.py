"""Classic CT, MR and PET images that were taken out of Enhanced ones with all that these said, as some archives and scanners do:
every attribute of every functional group stands at the top level."""

import copy
import tempfile
from importlib import import_module
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from archives.instance import Folder, uid
from frame_pixels import frames
from sop_classes import ENHANCED_TO_CLASSIC

_MULTI_FRAME = {
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "NumberOfFrames", "DimensionIndexSequence",
    "DimensionOrganizationSequence", "DimensionIndexValues", "PixelData", "StackID", "InStackPositionNumber",
}  # fmt: skip


def flat(source, index):
    """Frame `index` (from 0) of `source` as a classic image."""
    found = Dataset()
    for element in source:
        if element.keyword not in _MULTI_FRAME:
            found[element.tag] = copy.deepcopy(element)
    for groups in (source.SharedFunctionalGroupsSequence[0], source.PerFrameFunctionalGroupsSequence[index]):
        for sequence in groups:
            if sequence.keyword == "RealWorldValueMappingSequence":
                found[sequence.tag] = copy.deepcopy(sequence)
            elif sequence.VR == "SQ" and sequence.value:
                for element in sequence.value[0]:
                    if element.keyword not in _MULTI_FRAME:
                        found[element.tag] = copy.deepcopy(element)
    found.SOPClassUID = ENHANCED_TO_CLASSIC[source.SOPClassUID]
    found.SOPInstanceUID = uid("flattened", source.SOPInstanceUID, index)
    found.InstanceNumber, found.AcquisitionNumber = index + 1, 3
    if found.Modality == "CT":
        found.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    if found.Modality == "MR":
        found.ScanningSequence, found.SequenceVariant, found.ScanOptions, found.EchoTime = "SE", "NONE", "", "12.5"
        found.InPlanePhaseEncodingDirection = "COL" if found.InPlanePhaseEncodingDirection == "COLUMN" else "ROW"
    if found.Modality == "PT":
        found.Units, found.DecayCorrection, found.SeriesType = "BQML", "START", ["STATIC", "IMAGE"]
        found.NumberOfSlices, found.ImageIndex, found.FrameReferenceTime = len(frames(source)), index + 1, "0"
        found.CorrectedImage, found.ReprojectionMethod, found.ActualFrameDuration = ["DECY", "ATTN"], "", "100"
    found.PixelData = frames(source)[index]
    found["PixelData"].VR = "OW"
    return found


def build(root):
    folder = Folder(root)
    for name, file in (("enhanced_ct", "volume.dcm"), ("enhanced_mr", "three-stacks.dcm"), ("enhanced_pet", "volume.dcm")):
        with tempfile.TemporaryDirectory() as place:
            import_module(f"archives.{name}").build(Path(place))
            source = pydicom.dcmread(Path(place) / file)
        for index in range(int(source.NumberOfFrames)):
            folder.write(f"{name}/{index + 1:02d}.dcm", flat(source, index))
