"""Converted files say that they are: new UIDs, the same Patient and Study, Contributing Equipment and view (PS3.4 C.3.5)."""

from verdict import require_none

_UPDATED = "Updated UID references during Legacy Enhanced Classic conversion"
_SENTENCES = {
    "enhanced": {"Legacy Enhanced Image created from Classic Images", _UPDATED},
    "classic": {"Classic Image created from Enhanced Image", _UPDATED},
}
_FORBIDDEN = ("ConcatenationUID", "SOPInstanceUIDOfConcatenationSource", "InConcatenationNumber")


def applies(mounted):
    return bool(mounted.made("classic") or mounted.made("enhanced"))


def check(mounted):
    studies = {}
    for source in mounted.received.shown.values():
        studies.setdefault(str(source.dataset.get("StudyInstanceUID")), set()).add(_patient(source.dataset))
    problems, count = [], 0
    for view in ("classic", "enhanced"):
        for file in mounted.made(view):
            count += 1
            problems += [f"{view}/{file.path}: {problem}" for problem in _problems(view, file.dataset, studies)]
        problems += _mixed_series(view, mounted.views[view])
    return require_none(problems, f"{count} files")


def _problems(view, dataset, studies):
    if dataset.SOPInstanceUID != dataset.file_meta.MediaStorageSOPInstanceUID:
        yield "File Meta names another SOP Instance"
    if dataset.SOPClassUID != dataset.file_meta.MediaStorageSOPClassUID:
        yield "File Meta names another SOP Class"
    if not dataset.SOPInstanceUID.is_valid:
        yield f"invalid UID {dataset.SOPInstanceUID}"
    if _patient(dataset) not in studies.get(str(dataset.StudyInstanceUID), ()):
        yield "not the Study or Patient of any source"
    if dataset.get("QueryRetrieveView") != view.upper():
        yield f"Query/Retrieve View is {dataset.get('QueryRetrieveView')}"
    equipment = dataset.get("ContributingEquipmentSequence") or []
    own = equipment[-1] if equipment else {}
    purpose = (own.get("PurposeOfReferenceCodeSequence") or [{}])[0]
    if (purpose.get("CodeValue"), purpose.get("CodingSchemeDesignator")) != ("109106", "DCM"):
        yield "the last Contributing Equipment is not (109106, DCM)"
    elif own.get("ContributionDescription") not in _SENTENCES[view]:
        yield f"Contribution Description is {own.get('ContributionDescription')!r}"
    elif "ContributionDateTime" in own:
        yield "Contribution DateTime would be the clock's"
    for keyword in _FORBIDDEN:
        # Members whose references change are of a concatenation as before (C-9).
        if keyword in dataset and own.get("ContributionDescription") != _UPDATED:
            yield f"{keyword} is not allowed"
    yield from _functional_groups(dataset)


def _functional_groups(dataset):
    frames = dataset.get("PerFrameFunctionalGroupsSequence")
    if not frames:
        return
    if len(frames) != int(dataset.NumberOfFrames):
        yield f"{len(frames)} per-frame items, Number of Frames {dataset.NumberOfFrames}"
    shared = {element.tag for element in (dataset.get("SharedFunctionalGroupsSequence") or [[]])[0]}
    both = {element.keyword for frame in frames for element in frame if element.tag in shared and element.VR == "SQ"}
    if both:
        yield f"both shared and per-frame: {sorted(both)}"
    pointers = len(dataset.get("DimensionIndexSequence") or [])
    seen = set()
    for frame in frames:
        values = (frame.get("FrameContentSequence") or [{}])[0].get("DimensionIndexValues")
        values = () if values is None else tuple(values) if hasattr(values, "__iter__") else (values,)
        if len(values) != pointers:
            yield f"{len(values)} Dimension Index Values for {pointers} dimensions"
            return
        seen.add(values)
    if pointers and len(seen) != len(frames):
        yield f"{len(frames)} frames, but only {len(seen)} different Dimension Index Values"


def _mixed_series(view, tree):
    """An instance belongs to one Series, and a Series to one Study and modality."""
    studies = {}
    for file in tree.files:
        if file.dataset is None or not file.dataset.get("SeriesInstanceUID"):
            continue
        series = str(file.dataset.SeriesInstanceUID)
        studies.setdefault(series, set()).add(str(file.dataset.get("StudyInstanceUID")))
    return [f"{view}/: Series {series} is in {len(found)} Studies" for series, found in studies.items() if len(found) > 1]


def _patient(dataset):
    return str(dataset.get("PatientID") or ""), str(dataset.get("IssuerOfPatientID") or "")
