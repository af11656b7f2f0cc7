"""An Enhanced MR image, and objects of every kind that refer to frames of it or to all of it."""

from archives.enhanced_mr import _image
from archives.instance import Folder
from archives.referring import (
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

STUDY = "enhanced mr"


def build(root):
    folder = Folder(root)
    image = _image(1, [(1, place) for place in range(1, 9)])
    other = _image(2, [(1, place) for place in range(1, 4)])
    folder.write("image.dcm", image)
    folder.write("other.dcm", other)
    state = presentation_state(STUDY, [image], frames=(2, 5))
    objects = [
        state, presentation_state(STUDY, [image, other], number=2), key_objects(STUDY, [image], frames=(3, 7)),
        key_objects(STUDY, [other, state], number=2), report(STUDY, [image, other], [state], frames=(2, 3)),
        report(STUDY, [other], [], number=2), segmentation(STUDY, [image], frames=(2, 4, 6)),
        value_mapping(STUDY, [image], frames=(1, 8)), structure_set(STUDY, [image], frames=(4, 5)),
        registration(STUDY, [[image], [other]]), capture(STUDY, [image, other], frames=(1,)), document(STUDY, [other]),
    ]  # fmt: skip
    for number, found in enumerate(objects):
        folder.write(f"objects/{number:02d}", found)
