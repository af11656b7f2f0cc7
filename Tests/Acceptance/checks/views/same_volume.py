"""SimpleITK reads the same volume (voxels, spacing, origin, direction) from a combined image as from its sorted slices.

Asked of single stacks of evenly spaced parallel planes, which is what SimpleITK can hold. Where frames differ in rescale (PET),
SimpleITK applies the first frame's to all of them, so the slices' voxels are brought to that before they are compared."""

import numpy

from verdict import Skipped, require_none
from view import frame_sources


def applies(mounted):
    return any(_stack(file.dataset) is not None for file in mounted.combined())


def check(mounted):
    try:
        import SimpleITK
    except ImportError:
        raise Skipped("SimpleITK is not installed") from None
    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    problems, count, unread = [], 0, None
    for file in mounted.combined():
        if _stack(file.dataset) is None:
            continue
        count += 1
        paths = [str(mounted.received.shown[uid].absolute) for uid, _ in frame_sources(file.dataset)]
        try:
            problems += [f"enhanced/{file.path}: {problem}" for problem in differences(SimpleITK, file, paths)]
        except Skipped as why:
            count, unread = count - 1, why
    if unread and not count:
        raise unread
    return require_none(problems, f"{count} volumes{', others are not read: ' + str(unread) if unread else ''}")


def differences(itk, combined, slices):
    """What SimpleITK reads otherwise from the combined file than from the slices, in this order."""
    try:
        series = _read_slices(itk, slices)
    except RuntimeError as error:
        raise Skipped(f"SimpleITK cannot read the slices: {str(error).strip().splitlines()[-1]}") from None
    try:
        image = itk.ReadImage(str(combined.absolute))
    except RuntimeError as error:
        return [f"SimpleITK cannot read it: {str(error).strip().splitlines()[-1]}"]
    found = []
    if image.GetSize() != series.GetSize():
        return [f"size {image.GetSize()}, the slices give {series.GetSize()}"]
    for what in ("Spacing", "Origin", "Direction"):
        own, expected = getattr(image, f"Get{what}")(), getattr(series, f"Get{what}")()
        if not numpy.allclose(own, expected, rtol=1e-5, atol=1e-4):
            found.append(f"{what} {own}, the slices give {expected}")
    own, expected = (itk.GetArrayFromImage(volume).astype(float) for volume in (image, series))
    rescales = _rescales(combined.dataset)
    for index, (slope, intercept) in enumerate(rescales):
        if (slope, intercept) != rescales[0]:
            expected[index] = (expected[index] - intercept) / slope * rescales[0][0] + rescales[0][1]
    if not numpy.allclose(own, expected, rtol=1e-5, atol=1e-6 * max(1, numpy.abs(expected).max())):
        found.append("other voxels")
    return found


def _rescales(dataset):
    """Slope and intercept of each frame, 1 and 0 where it has none."""
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [{}])[0]
    found = []
    for groups in dataset.PerFrameFunctionalGroupsSequence:
        items = groups.get("PixelValueTransformationSequence") or shared.get("PixelValueTransformationSequence")
        found.append((float(items[0].RescaleSlope) or 1, float(items[0].RescaleIntercept)) if items else (1, 0))
    return found


def _read_slices(itk, paths):
    if len(paths) == 1:
        return itk.ReadImage(paths[0])
    reader = itk.ImageSeriesReader()
    reader.SetFileNames(paths)
    return reader.Execute()


def _stack(dataset):
    """The positions along the normal, if the frames are one stack of at least two evenly spaced planes, else None."""
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [{}])[0]
    along = []
    first = None
    for groups in dataset.get("PerFrameFunctionalGroupsSequence") or []:
        orientation = _value(groups, shared, "PlaneOrientationSequence", "ImageOrientationPatient")
        position = _value(groups, shared, "PlanePositionSequence", "ImagePositionPatient")
        if orientation is None or position is None:
            return None
        first = orientation if first is None else first
        if not numpy.allclose(orientation, first, atol=1e-4):
            return None
        along.append(position)
    if len(along) < 2:
        return None
    steps = numpy.diff(numpy.array(along), axis=0)
    normal = numpy.cross(first[:3], first[3:])
    even = numpy.allclose(steps, steps[0], atol=1e-3)
    upright = numpy.allclose(numpy.cross(steps[0], normal), 0, atol=1e-3 * numpy.linalg.norm(steps[0]) + 1e-6)
    return along if even and upright and numpy.linalg.norm(steps[0]) > 1e-6 else None


def _value(groups, shared, sequence, keyword):
    items = groups.get(sequence) or shared.get(sequence)
    return numpy.array([float(part) for part in items[0].get(keyword)]) if items and items[0].get(keyword) else None
