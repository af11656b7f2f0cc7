"""Enhanced MR images cut into concatenations (PS3.3 C.7.6.16.1.2): one in three members, the second of which names a slice
that is combined; one in two, of which nothing else is there; one of which a member is missing."""

import copy

from archives.enhanced_mr import _image
from archives.instance import Folder, code, give_pixels, picture, referenced, uid
from archives.mr_two_echoes import slice_at

STUDY = "enhanced mr"


def cut(image, *frame_counts):
    """The members into which an image is cut."""
    members, offset = [], 0
    size = image.Rows
    for number, count in enumerate(frame_counts, start=1):
        found = copy.deepcopy(image)
        found.SOPInstanceUID = uid(image.SOPInstanceUID, "member", number)
        found.InstanceNumber = int(image.InstanceNumber) * 10 + number
        found.ConcatenationUID, found.SOPInstanceUIDOfConcatenationSource = uid(image.SOPInstanceUID, "cut"), image.SOPInstanceUID
        found.InConcatenationNumber, found.InConcatenationTotalNumber = number, len(frame_counts)
        found.ConcatenationFrameOffsetNumber = offset
        found.PerFrameFunctionalGroupsSequence = image.PerFrameFunctionalGroupsSequence[offset : offset + count]
        found.NumberOfFrames = count
        pixels = [picture(size, size, int(image.InstanceNumber) * 100 + index) for index in range(offset, offset + count)]
        give_pixels(found, *pixels)
        offset += count
        members.append(found)
    return members


def build(root):
    folder = Folder(root)
    slices = [slice_at(STUDY, "slices", number, number) for number in range(1, 5)]
    for number, found in enumerate(slices, start=1):
        folder.write(f"slices/{number}", found)
    three = cut(_image(1, [(1, place) for place in range(1, 10)]), 4, 3, 2)
    purpose = [code("121311", "DCM", "Localizer")]
    for frame in three[1].PerFrameFunctionalGroupsSequence:
        frame.ReferencedImageSequence = [
            referenced(slices[1].SOPClassUID, slices[1].SOPInstanceUID, PurposeOfReferenceCodeSequence=purpose)
        ]
    two = cut(_image(2, [(1, place) for place in range(1, 6)]), 2, 3)
    partial = cut(_image(3, [(1, place) for place in range(1, 7)]), 2, 2, 2)
    del partial[1]
    for name, members in (("three", three), ("two", two), ("partial", partial)):
        # The last first: the order of files says nothing.
        for number, member in reversed(list(enumerate(members, start=1))):
            folder.write(f"{name}/{number}", member)
