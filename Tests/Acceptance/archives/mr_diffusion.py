"""Diffusion-weighted MR of six places: two images without weighting, and one of each of six directions at two b-values; a survey
of three orientations in one series; and a cardiac series of four phases that says it was gated."""

import math

from archives.instance import Folder
from archives.mr_two_echoes import slice_at

STUDY = "mr diffusion"
ORIENTATIONS = ((1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1), (1, 0, 0, 0, 0, -1))


def build(root):
    folder = Folder(root)
    number = 0
    for volume in range(14):
        for place in range(6):
            number += 1
            found = slice_at(STUDY, "diffusion", number, place)
            found.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
            found.AcquisitionTime = f"10{volume:02d}{place:02d}"
            found.DiffusionBValue = 0.0 if volume < 2 else 500.0 if volume < 8 else 1000.0
            if volume >= 2:
                angle = (volume - 2) % 6 * math.pi / 6
                found.DiffusionGradientOrientation = [math.cos(angle), math.sin(angle), 0.0]
            folder.write(f"diffusion/{number:03d}", found)
    for orientation, cosines in enumerate(ORIENTATIONS):
        for place in range(3):
            number += 1
            found = slice_at(STUDY, "survey", number, place, series_number=1)
            found.ImageOrientationPatient = list(cosines)
            position = [-30.0, -30.0, 30.0]
            position[(2, 0, 1)[orientation]] = 10.0 * place
            found.ImagePositionPatient = position
            folder.write(f"survey/{number:03d}", found)
    for phase in range(4):
        for place in range(3):
            number += 1
            found = slice_at(STUDY, "cine", number, place, series_number=9)
            found.ScanOptions, found.TriggerTime, found.NominalInterval = "CG", str(50 * phase + 10), 850
            found.HeartRate, found.IntervalsAcquired, found.CardiacNumberOfImages = 70, 12, 4
            folder.write(f"cine/{number:03d}", found)
