"""A dynamic PET series: 8 places in 3 time frames, each frame with a rescale slope of its own."""

from sop_classes import PET

from archives.instance import Folder, code, give_pixels, instance, item, picture, place


def build(root):
    folder = Folder(root)
    for time_index in range(3):
        for place_index in range(8):
            number = time_index * 8 + place_index + 1
            folder.write(f"pet/{number:03d}.dcm", _slice(number, time_index, place_index))


def _slice(number, time_index, place_index):
    found = instance(PET, "PT", "pet dynamic", "dynamic", number, series_number=5)
    found.ImageType, found.BodyPartExamined = ["ORIGINAL", "PRIMARY"], "WHOLEBODY"
    found.SeriesType, found.NumberOfSlices, found.NumberOfTimeSlices = ["DYNAMIC", "IMAGE"], 8, 3
    found.Units, found.CountsSource, found.CollimatorType = "BQML", "EMISSION", "NONE"
    found.CorrectedImage, found.RandomsCorrectionMethod = ["NORM", "DECY", "ATTN", "SCAT", "DTIM"], "DLYD"
    found.DecayCorrection, found.AttenuationCorrectionMethod = "START", "CT"
    found.ReconstructionMethod, found.ScatterCorrectionMethod = "OSEM", "SSS"
    found.FrameReferenceTime, found.ActualFrameDuration = str(30000 + 60000 * time_index), 60000
    found.DecayFactor, found.ImageIndex = f"1.0{time_index}", number
    found.AcquisitionTime = f"10{10 + time_index:02d}00"
    found.RadiopharmaceuticalInformationSequence = [
        item(
            Radiopharmaceutical="FDG", RadiopharmaceuticalStartTime="090000", RadionuclideTotalDose="370000000",
            RadionuclideHalfLife="6586.2", RadionuclidePositronFraction="0.97",
            RadionuclideCodeSequence=[code("C-111A1", "SRT", "^18^Fluorine")],
        )
    ]  # fmt: skip
    found.PatientOrientationCodeSequence = [code("F-10450", "SRT", "recumbent")]
    found.PatientOrientationCodeSequence[0].PatientOrientationModifierCodeSequence = [code("F-10340", "SRT", "supine")]
    found.PatientGantryRelationshipCodeSequence = [code("F-10470", "SRT", "headfirst")]
    del found.PatientPosition
    place(found, (-64, -64, -3.25 * place_index), spacing=(4, 4), thickness=3.25)
    found.RescaleIntercept, found.RescaleSlope = "0", f"{0.5 + 0.01 * number:.5f}"
    found.WindowCenter, found.WindowWidth = "1000", "2000"
    give_pixels(found, picture(32, 32, number, bits=15), bits=16, signed=True)
    return found
