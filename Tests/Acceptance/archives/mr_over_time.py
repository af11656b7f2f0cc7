"""A 4D MR series: 6 places at 5 temporal positions."""

from archives.instance import Folder
from archives.mr_two_echoes import slice_at


def build(root):
    folder = Folder(root)
    number = 0
    for time_index in range(5):
        for place_index in range(6):
            number += 1
            found = slice_at("mr over time", "dynamic", number, place_index)
            found.TemporalPositionIdentifier, found.NumberOfTemporalPositions = time_index + 1, 5
            found.TemporalResolution = "2000"
            found.AcquisitionTime = f"1005{2 * time_index:02d}.500000"
            folder.write(f"IM{number:04d}", found)
