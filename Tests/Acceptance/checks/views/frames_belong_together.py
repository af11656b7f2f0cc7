"""What is combined to one image belongs together: one Patient, Study, Series, Frame of Reference, equipment and kind of pixels, one
orientation and spacing; and frames lie along the normal of their planes in the order of their places (PS3.4 C.3.5)."""

from collections import defaultdict

import numpy

from attribute_values import meaning
from verdict import require_none
from view import frame_sources

_ONE = (
    "PatientID", "IssuerOfPatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID", "Modality",
    "PresentationIntentType", "FrameOfReferenceUID", "SynchronizationFrameOfReferenceUID", "Manufacturer",
    "ManufacturerModelName", "DeviceSerialNumber", "SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns",
    "BitsAllocated", "PixelRepresentation", "PixelPaddingValue", "PixelPaddingRangeLimit", "PatientPosition",
)  # fmt: skip


def applies(mounted):
    return bool(mounted.combined())


def check(mounted):
    problems, images = [], mounted.combined()
    for file in images:
        sources = [mounted.received.shown.get(source[0]) if source else None for source in frame_sources(file.dataset)]
        if None in sources:
            continue  # nothing_is_lost_or_doubled says so
        slices = [source.dataset for source in sources]
        for problem in (*_mixed(slices), *_planes(slices), *_order(file.dataset, slices)):
            problems.append(f"enhanced/{file.path}: {problem}")
    return require_none(problems, f"{len(images)} images")


def _mixed(slices):
    for keyword in _ONE:
        # Absent and without a value are one (PS3.3 C.7.6.16.2.25).
        values = {repr(meaning(part[keyword])) if part.get(keyword) not in (None, "") else "nothing" for part in slices}
        if len(values) > 1:
            yield f"slices of different {keyword}: {sorted(values)[:3]}"
    syntaxes = {part.file_meta.TransferSyntaxUID for part in slices if "TransferSyntaxUID" in part.file_meta}
    if len(syntaxes) > 1 and any(syntax.is_encapsulated for syntax in syntaxes):
        yield f"slices of different transfer syntaxes: {sorted(syntaxes)}"


def _planes(slices):
    for keyword, limit in (("ImageOrientationPatient", 1.1e-3), ("PixelSpacing", 1.1e-3)):
        values = numpy.array([part[keyword].value for part in slices], float)
        if numpy.abs(values - values[0]).max() > limit:
            yield f"slices of different {keyword}"


def _order(image, slices):
    """Within a stack, and at one place along every other axis, the place rises with the frame."""
    across, down = numpy.array(slices[0].ImageOrientationPatient, float).reshape(2, 3)
    normal = numpy.cross(across, down)
    stacks = defaultdict(list)
    places = {}
    for number, (groups, part) in enumerate(zip(image.PerFrameFunctionalGroupsSequence, slices), start=1):
        content = groups.FrameContentSequence[0]
        place = float(normal @ numpy.array(part.ImagePositionPatient, float))
        position = content.get("InStackPositionNumber")
        if position is None:
            continue
        stacks[content.get("StackID")].append((int(position), place, number))
        known = places.setdefault((content.get("StackID"), int(position)), place)
        if abs(known - place) > 0.02:
            yield f"frame {number} is {place - known:.3f} mm from another in its place in the stack"
    for frames in stacks.values():
        frames.sort()
        for (one, lower, _), (other, higher, number) in zip(frames, frames[1:]):
            if one != other and higher < lower:
                yield f"frame {number} lies before the one behind it in its stack"
                break
