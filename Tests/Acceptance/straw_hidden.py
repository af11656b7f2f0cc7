"""What lies beside the instances of straw trees, in folders that a mount does not list: frames and metadata."""

import copy
import json
from pathlib import Path

import numpy
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from archives.instance import code, item, uid
from frame_pixels import frame_count, frames, is_encapsulated

_LIMIT = 1024


def write(view, hidden):
    """Beside each file of a flat view: its frames, the lists that the check names, and its metadata, below `hidden`."""
    for path in sorted(Path(view).glob("*.dcm")):
        dataset = pydicom.dcmread(path)
        (hidden / ".metadata").mkdir(parents=True, exist_ok=True)
        (hidden / ".metadata" / f"{path.stem}.json").write_text(json.dumps(metadata(dataset, path)) + "\n")
        folder = hidden / ".frames" / path.stem
        folder.mkdir(parents=True)
        if "NumberOfFrames" in dataset and not is_encapsulated(dataset):
            count = frame_count(dataset)
            for number in range(1, count + 1):
                extracted(dataset, [number]).save_as(folder / f"{number:04}.dcm", enforce_file_format=True)
            odd = extracted(dataset, list(range(1, count + 1, 2)))
            odd.save_as(folder / f"1-{count}+2.dcm", enforce_file_format=True)
        elif "PixelData" in dataset:
            (folder / "0001.dcm").write_bytes(path.read_bytes())


def metadata(dataset, path):
    data = path.read_bytes()

    def reference(element):
        value = element.value
        return f"../{path.name}?offset={data.rindex(value)}&length={len(value)}"

    return dataset.to_json_dict(bulk_data_threshold=_LIMIT, bulk_data_element_handler=reference)


def _joined(dataset, parts):
    length = dataset.Rows * dataset.Columns * dataset.BitsAllocated
    if length % 8 == 0:
        return b"".join(parts)
    bits = [numpy.unpackbits(numpy.frombuffer(part, "u1"), bitorder="little")[:length] for part in parts]
    return numpy.packbits(numpy.concatenate(bits), bitorder="little").tobytes()


def extracted(dataset, numbers):
    found = Dataset()
    for element in dataset:
        if element.tag not in (0x7FE00010, 0x52009230, 0x00209228) and not element.tag.is_private:
            found.add(copy.deepcopy(element))
    found.SOPInstanceUID = uid("straw", dataset.SOPInstanceUID, *map(str, numbers))
    found.NumberOfFrames = len(numbers)
    if "PerFrameFunctionalGroupsSequence" in dataset:
        found.PerFrameFunctionalGroupsSequence = [
            copy.deepcopy(dataset.PerFrameFunctionalGroupsSequence[number - 1]) for number in numbers
        ]
    found.FrameExtractionSequence = [
        *(dataset.get("FrameExtractionSequence") or []),
        item(MultiFrameSourceSOPInstanceUID=dataset.SOPInstanceUID, SimpleFrameList=numbers if numbers[1:] else numbers[0]),
    ]
    purpose = [code("109105", "DCM", "Frame Extracting Equipment")]
    found.ContributingEquipmentSequence = [
        *(dataset.get("ContributingEquipmentSequence") or []),
        item(Manufacturer="straw", PurposeOfReferenceCodeSequence=purpose),
    ]
    whole = frames(dataset)
    data = _joined(dataset, [whole[number - 1] for number in numbers])
    found.PixelData = data + bytes(len(data) % 2)
    found["PixelData"].VR = "OW"
    found.file_meta = copy.deepcopy(dataset.file_meta)
    found.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID
    if found.file_meta.TransferSyntaxUID.is_deflated:
        found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return found
