"""An Enhanced MR image cut into two members, and objects that name frames of the image that was cut, all of it, and a member."""

from archives.concatenation import STUDY, cut
from archives.enhanced_mr import _image
from archives.instance import Folder
from archives.referring import key_objects, presentation_state, segmentation


def build(root):
    folder = Folder(root)
    image = _image(1, [(1, place) for place in range(1, 9)])
    members = cut(image, 5, 3)
    for number, member in enumerate(members, start=1):
        folder.write(f"members/{number}", member)
    objects = [
        presentation_state(STUDY, [image], frames=(2, 7)), key_objects(STUDY, [image]),
        segmentation(STUDY, [image], frames=(5, 6)), presentation_state(STUDY, [members[1]], frames=(2,), number=2),
    ]  # fmt: skip
    for number, found in enumerate(objects):
        folder.write(f"objects/{number}", found)
