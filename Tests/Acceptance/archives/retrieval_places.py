"""MR slices that become frames, a picture that does not, and objects that say where all of them can be fetched (PS3.3 C.17.2.1)."""

from archives.instance import Folder, item
from archives.mr_two_echoes import slice_at
from archives.referring import capture, key_objects, presentation_state

STUDY = "retrieval places"


def build(root):
    folder = Folder(root)
    slices = [slice_at(STUDY, "slices", number, number) for number in range(1, 5)]
    for number, found in enumerate(slices, start=1):
        folder.write(f"slices/{number}", found)
    alone = capture(STUDY, [slice_at(STUDY, "elsewhere", 1, 1)])
    for keyword in ("SourceImageSequence", "RelatedSeriesSequence"):
        alone.pop(keyword, None)
    folder.write("alone", alone)
    keys = key_objects(STUDY, [slices[1], alone, slices[3]])
    for study in keys.CurrentRequestedProcedureEvidenceSequence:
        for series in study.ReferencedSeriesSequence:
            series.RetrieveAETitle, series.RetrieveLocationUID = "ARCHIVE", "2.25.1"
            series.StorageMediaFileSetID, series.StorageMediaFileSetUID = "DISK 1", "2.25.2"
    folder.write("keys", keys)
    state = presentation_state(STUDY, slices[:2])
    for series in state.ReferencedSeriesSequence:
        series.RetrieveAETitle = "ARCHIVE"
        for image in series.ReferencedImageSequence:
            image.WADORetrievalSequence = [item(RetrieveURI="https://archive.example/wado")]
    folder.write("state", state)
