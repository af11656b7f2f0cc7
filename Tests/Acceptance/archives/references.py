"""Three series of MR slices in two Studies, and objects of every kind that refer to them, to each other, and to what is not
there; and some that refer to nothing that is converted."""

from archives.instance import Folder, code, uid
from archives.mr_two_echoes import slice_at
from archives.referring import (
    KEY_OBJECTS,
    bare,
    by_study,
    capture,
    document,
    key_objects,
    presentation_state,
    registration,
    report,
    segmentation,
    structure_set,
    value_mapping,
)

STUDY, PRIOR = "references", "references, the prior"


def build(root):
    folder = Folder(root)
    first = [slice_at(STUDY, "first", number, number) for number in range(1, 7)]
    second = [slice_at(STUDY, "second", number, number, series_number=5) for number in range(1, 5)]
    prior = [slice_at(PRIOR, "prior", number, number) for number in range(1, 5)]
    second[0].ReferencedImageSequence = capture(STUDY, first[:1]).SourceImageSequence
    for name, slices in (("first", first), ("second", second), ("prior", prior)):
        for number, found in enumerate(slices, start=1):
            folder.write(f"{name}/{number}", found)

    state = presentation_state(STUDY, [first[3], first[1], second[0]])
    segments = segmentation(STUDY, first[1:5])
    mapping = value_mapping(STUDY, first)
    picture = capture(STUDY, [first[2], prior[1]])
    contours = structure_set(STUDY, first)
    # Slices in another order than that of frames, from two Series and another Study, and a picture that is changed too.
    keys = key_objects(STUDY, [first[4], first[0], second[2], prior[3], picture])
    found_in = report(STUDY, [first[2], first[0], second[1], prior[0]], [state, segments])
    later = key_objects(PRIOR, [prior[2], first[5]])
    objects = [state, segments, mapping, picture, contours, keys, found_in, later, document(STUDY, [second[3], first[0]]),
               registration(STUDY, [first[:2], second[:1], prior])]  # fmt: skip
    # Objects of objects: through the report to the images, and round in a circle.
    objects.append(key_objects(STUDY, [found_in], number=2))
    one, other = key_objects(STUDY, [later], number=3), key_objects(STUDY, [found_in], number=4)
    one.IdenticalDocumentsSequence, other.IdenticalDocumentsSequence = by_study([other]), by_study([one])
    objects += [one, other]
    # Of instances that are nowhere, one in a Series that is there; and what refers to nothing converted.
    absent = slice_at(STUDY, "first", 99, 99)
    objects.append(key_objects(STUDY, [first[0], absent], number=5))
    alone = capture(STUDY, [absent], number=2)
    del alone.RelatedSeriesSequence
    objects += [alone, key_objects(STUDY, [alone], number=6, title=code("113004", "DCM", "For Teaching"))]
    signed = bare(KEY_OBJECTS, "KO", STUDY, "key objects", 7)
    for element in key_objects(STUDY, [second[1]], number=7):
        signed[element.tag] = element
    block = signed.private_block(0x0009, "ACME REFERENCES", create=True)
    block.add_new(0x01, "UI", uid("acme"))
    objects.append(signed)
    for number, found in enumerate(objects):
        folder.write(f"objects/{number:02d}", found)
