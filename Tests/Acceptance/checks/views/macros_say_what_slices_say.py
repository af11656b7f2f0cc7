"""An attribute in a functional group of a frame that its slice has as well has the slice's value, unless the standard enumerates
other terms there."""

from collections import Counter

from attribute_values import meaning
from verdict import require_none
from view import frame_sources

# Two spellings of one term, and values that are made for the new instance or may not be taken over as they are.
_OTHERWISE = {
    "InPlanePhaseEncodingDirection", "FrameType", "RescaleType", "SpacingBetweenSlices", "VolumeBasedCalculationTechnique",
    "ReferencedImageSequence", "SourceImageSequence", "AnatomicRegionSequence", "DimensionIndexValues", "StackID",
    "InStackPositionNumber", "TemporalPositionIndex", "FilterType", "RealWorldValueMappingSequence",
}  # fmt: skip


def applies(mounted):
    return bool(mounted.combined())


def check(mounted):
    problems, count = Counter(), 0
    for file in mounted.combined():
        shared = file.dataset.SharedFunctionalGroupsSequence[0]
        for groups, source in zip(file.dataset.PerFrameFunctionalGroupsSequence, frame_sources(file.dataset)):
            received = mounted.received.shown.get(source[0]) if source else None
            if received is None:
                continue  # frames_are_their_slices says so
            for element in _attributes(shared, groups):
                own = received.dataset.get(element.tag)
                if own is None or element.keyword in _OTHERWISE or not own.value and own.value != 0:
                    continue
                count += 1
                if meaning(own) != meaning(element):
                    problems[f"{element.keyword} is {str(element.value)[:60]}, the slice has {str(own.value)[:60]}"] += 1
    return require_none([f"{text} ({times} times)" for text, times in problems.most_common()], f"{count} values")


def _attributes(*parts):
    for part in parts:
        for sequence in part:
            if sequence.VR == "SQ" and "Unassigned" not in sequence.keyword and sequence.keyword not in _OTHERWISE:
                if sequence.keyword == "ConversionSourceAttributesSequence":
                    continue
                for item in sequence.value or []:
                    yield from item
