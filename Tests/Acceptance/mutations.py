"""Ways in which trees can be wrong: each changes right trees of straw, and names the check that must see it."""

import json
import shutil
from datetime import date

import pydicom

from sop_classes import CLASSIC, ENHANCED

MUTATIONS = []


def mutation(check, archive):
    """Declares a function (trees: Path, status) that makes straw trees of `archive` wrong in a way `check` must see."""

    def declare(function):
        MUTATIONS.append((function.__name__, check, archive, function))
        return function

    return declare


def made(trees, view, classes):
    """The made file of a view with one of these SOP Classes, and the most frames, as (path, data set)."""
    found = [(path, pydicom.dcmread(path)) for path in sorted((trees / view).iterdir())]
    found = [pair for pair in found if pair[1].SOPClassUID in classes and "ContributingEquipmentSequence" in pair[1]]
    return max(found, key=lambda pair: int(pair[1].get("NumberOfFrames") or 1))


def edit(trees, view, classes, change):
    path, dataset = made(trees, view, classes)
    change(dataset)
    dataset.save_as(path)


def frame(dataset, index):
    return dataset.PerFrameFunctionalGroupsSequence[index]


# --- default/


@mutation("default_is_as_received", "ct_axial")
def one_byte_of_default_differs(trees, status):
    path = sorted((trees / "default").iterdir())[3]
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@mutation("default_is_as_received", "ct_axial")
def one_instance_is_missing_in_default(trees, status):
    sorted((trees / "default").iterdir())[3].unlink()


@mutation("default_is_as_received", "other_files")
def the_later_of_two_clashing_files_is_shown(trees, status):
    archive = trees.parent / "archive"
    clash = pydicom.dcmread(archive / "clash/b.dcm")
    shutil.copy2(archive / "clash/b.dcm", trees / "default" / f"{clash.SOPInstanceUID[-12:]}.dcm")


@mutation("default_is_as_received", "other_files")
def a_clash_is_not_reported(trees, status):
    status["duplicates"].clear()


@mutation("default_is_as_received", "other_files")
def a_skipped_file_has_no_reason(trees, status):
    status["files"]["skipped"].pop()


@mutation("default_is_as_received", "ct_axial")
def status_counts_one_too_many(trees, status):
    status["views"]["default"]["instances"] += 1


# --- nothing lost, nothing doubled


@mutation("nothing_is_lost_or_doubled", "ct_axial")
def a_slice_stands_beside_its_frame(trees, status):
    path = next(path for path in sorted((trees / "default").iterdir()) if pydicom.dcmread(path).SeriesNumber == 2)
    shutil.copy2(path, trees / "enhanced" / path.name)


@mutation("nothing_is_lost_or_doubled", "ct_axial")
def a_frame_is_missing(trees, status):
    def change(dataset):
        del dataset.PerFrameFunctionalGroupsSequence[-1]

    edit(trees, "enhanced", ENHANCED, change)


@mutation("nothing_is_lost_or_doubled", "ct_broken")
def a_slice_left_as_received_has_no_reason(trees, status):
    status["unconverted"].clear()


@mutation("nothing_is_lost_or_doubled", "enhanced_mr")
def a_frame_is_missing_in_classic(trees, status):
    sorted((trees / "classic").iterdir())[0].unlink()


@mutation("nothing_is_lost_or_doubled", "other_files")
def an_object_nobody_converts_is_lost(trees, status):
    next(path for path in (trees / "enhanced").iterdir() if pydicom.dcmread(path).Modality == "OT").unlink()


@mutation("nothing_is_lost_or_doubled", "enhanced_mr")
def a_made_file_is_made_of_nothing(trees, status):
    def change(dataset):
        dataset.ConversionSourceAttributesSequence[0].ReferencedSOPInstanceUID = "2.25.7"

    edit(trees, "classic", CLASSIC, change)


# --- pixels and places


@mutation("frames_are_their_slices", "ct_axial")
def one_bit_of_a_frame_is_flipped(trees, status):
    def change(dataset):
        data = bytearray(dataset.PixelData)
        data[len(data) // 2] ^= 1
        dataset.PixelData = bytes(data)

    edit(trees, "enhanced", ENHANCED, change)


@mutation("frames_are_their_slices", "mr_two_echoes")
def two_frames_are_exchanged(trees, status):
    def change(dataset):
        size = dataset.Rows * dataset.Columns * 2
        data = dataset.PixelData
        dataset.PixelData = data[size : 2 * size] + data[:size] + data[2 * size :]

    edit(trees, "enhanced", ENHANCED, change)


@mutation("frames_are_their_slices", "ct_axial")
def a_frame_is_a_millimetre_off(trees, status):
    def change(dataset):
        frame(dataset, 2).PlanePositionSequence[0].ImagePositionPatient[2] += 1

    edit(trees, "enhanced", ENHANCED, change)


@mutation("slices_are_their_frames", "enhanced_mr")
def one_bit_of_a_slice_is_flipped(trees, status):
    def change(dataset):
        dataset.PixelData = bytes([dataset.PixelData[0] ^ 1]) + dataset.PixelData[1:]

    edit(trees, "classic", CLASSIC, change)


@mutation("slices_are_their_frames", "enhanced_mr")
def a_slice_names_another_frame(trees, status):
    def change(dataset):
        source = dataset.ConversionSourceAttributesSequence[0]
        source.ReferencedFrameNumber = int(source.ReferencedFrameNumber) % 3 + 1

    edit(trees, "classic", CLASSIC, change)


@mutation("slices_are_their_frames", "enhanced_pet")
def a_slice_has_another_frames_slope(trees, status):
    def change(dataset):
        dataset.RescaleSlope = "0.99"

    edit(trees, "classic", CLASSIC, change)


@mutation("same_volume", "ct_axial")
def the_planes_run_backwards(trees, status):
    def change(dataset):
        positions = [list(part.PlanePositionSequence[0].ImagePositionPatient)
                     for part in dataset.PerFrameFunctionalGroupsSequence]  # fmt: skip
        for part, position in zip(dataset.PerFrameFunctionalGroupsSequence, reversed(positions)):
            part.PlanePositionSequence[0].ImagePositionPatient = position

    edit(trees, "enhanced", ENHANCED, change)


@mutation("same_volume", "ct_axial")
def the_spacing_is_wrong(trees, status):
    def change(dataset):
        for part in dataset.PerFrameFunctionalGroupsSequence:
            part.PixelMeasuresSequence[0].PixelSpacing = ["0.8", "0.8"]

    edit(trees, "enhanced", ENHANCED, change)


@mutation("same_nifti", "ct_axial")
def the_planes_lie_further_apart(trees, status):
    def change(dataset):
        for number, part in enumerate(dataset.PerFrameFunctionalGroupsSequence):
            part.PlanePositionSequence[0].ImagePositionPatient[2] += number
            part.PixelMeasuresSequence[0].SpacingBetweenSlices = "9"

    edit(trees, "enhanced", ENHANCED, change)


@mutation("same_nifti", "legacy-of-straw")
def a_slice_has_the_pixels_of_another(trees, status):
    def change(dataset):
        dataset.PixelData = dataset.PixelData[2:] + dataset.PixelData[:2]

    edit(trees, "classic", CLASSIC, change)


# --- validity and attributes


@mutation("converted_files_are_valid", "ct_axial")
def a_mandatory_attribute_is_missing(trees, status):
    edit(trees, "enhanced", ENHANCED, lambda dataset: delattr(dataset, "PresentationLUTShape"))


@mutation("converted_files_are_valid", "enhanced_mr")
def a_slice_lacks_a_mandatory_attribute(trees, status):
    edit(trees, "classic", CLASSIC, lambda dataset: delattr(dataset, "SequenceVariant"))


@mutation("attributes_survive", "ct_axial")
def an_attribute_is_lost(trees, status):
    def change(dataset):
        del frame(dataset, 4).UnassignedPerFrameConvertedAttributesSequence[0].XRayTubeCurrent

    edit(trees, "enhanced", ENHANCED, change)


@mutation("attributes_survive", "private_nesting")
def a_private_attribute_has_lost_its_creator(trees, status):
    def change(dataset):
        kept = frame(dataset, 1).UnassignedPerFrameConvertedAttributesSequence[0]
        del kept[0x20010012]

    edit(trees, "enhanced", ENHANCED, change)


@mutation("attributes_survive", "private_nesting")
def a_deep_private_value_differs(trees, status):
    def change(dataset):
        kept = frame(dataset, 1).UnassignedPerFrameConvertedAttributesSequence[0]
        middle = kept[0x2005100E].value[0][0x2005100E].value[1]
        middle[0x20051001].value = "other"

    edit(trees, "enhanced", ENHANCED, change)


@mutation("attributes_survive", "ct_axial")
def the_frames_attributes_are_anothers(trees, status):
    def change(dataset):
        first, second = frame(dataset, 0), frame(dataset, 1)
        keyword = "UnassignedPerFrameConvertedAttributesSequence"
        kept = first[keyword].value[0].InstanceNumber
        first[keyword].value[0].InstanceNumber = second[keyword].value[0].InstanceNumber
        second[keyword].value[0].InstanceNumber = kept

    edit(trees, "enhanced", ENHANCED, change)


@mutation("attributes_survive", "ct_axial")
def an_empty_attribute_is_lost(trees, status):
    def change(dataset):
        for part in dataset.PerFrameFunctionalGroupsSequence:
            del part.UnassignedPerFrameConvertedAttributesSequence[0].ContrastBolusAgent

    edit(trees, "enhanced", ENHANCED, change)


# --- what converted files say of themselves


@mutation("converted_files_say_so", "ct_axial")
def the_contribution_has_a_time(trees, status):
    def change(dataset):
        dataset.ContributingEquipmentSequence[-1].ContributionDateTime = "20240101"

    edit(trees, "enhanced", ENHANCED, change)


@mutation("converted_files_say_so", "enhanced_mr")
def the_view_is_not_named(trees, status):
    edit(trees, "classic", CLASSIC, lambda dataset: delattr(dataset, "QueryRetrieveView"))


@mutation("converted_files_say_so", "ct_axial")
def the_study_is_another(trees, status):
    def change(dataset):
        dataset.StudyInstanceUID = "2.25.8"

    edit(trees, "enhanced", ENHANCED, change)


@mutation("converted_files_say_so", "mr_two_echoes")
def two_frames_have_the_same_indices(trees, status):
    def change(dataset):
        frame(dataset, 1).FrameContentSequence[0].DimensionIndexValues = [1]

    edit(trees, "enhanced", ENHANCED, change)


@mutation("converted_files_say_so", "ct_axial")
def a_macro_is_shared_and_per_frame(trees, status):
    def change(dataset):
        shared = dataset.SharedFunctionalGroupsSequence[0]
        shared.PixelMeasuresSequence = frame(dataset, 0).PixelMeasuresSequence

    edit(trees, "enhanced", ENHANCED, change)


@mutation("entities_agree", "ct_axial")
def the_patient_of_one_image_has_another_name(trees, status):
    def change(dataset):
        dataset.PatientName = "Other"

    edit(trees, "enhanced", ENHANCED, change)


# --- functional groups and classes


@mutation("true_enhanced_where_sources_carry_it", "ct_derived")
def an_image_is_of_the_other_class(trees, status):
    def change(dataset):
        other = {".2.1": ".2.2", ".2.2": ".2.1"}[dataset.SOPClassUID[-4:]]
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID[:-4] + other

    edit(trees, "enhanced", ENHANCED, change)


@mutation("macros_say_what_slices_say", "ct_axial")
def a_macro_has_the_next_slices_window(trees, status):
    def change(dataset):
        frame(dataset, 3).FrameVOILUTSequence[0].WindowCenter = ["41", "-600"]

    edit(trees, "enhanced", ENHANCED, change)


# --- what images draw over themselves


def state(trees):
    found = sorted((trees / "enhanced").iterdir())
    return next(path for path in found if pydicom.dcmread(path).Modality == "PR")


@mutation("overlays_are_presentation_states", "ct_overlays")
def an_overlay_has_a_wrong_bit(trees, status):
    for path in sorted((trees / "enhanced").iterdir()):
        dataset = pydicom.dcmread(path)
        if (0x6000, 0x3000) in dataset:
            dataset[0x6000, 0x3000].value = bytes([dataset[0x6000, 0x3000].value[0] ^ 1]) + dataset[0x6000, 0x3000].value[1:]
            dataset.save_as(path)
            return


@mutation("overlays_are_presentation_states", "ct_overlays")
def a_presentation_state_names_another_frame(trees, status):
    dataset = pydicom.dcmread(state(trees))
    image = dataset.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    image.ReferencedFrameNumber = int(image.ReferencedFrameNumber) % 8 + 1
    dataset.save_as(state(trees))


@mutation("overlays_are_presentation_states", "ct_overlays")
def a_presentation_state_is_missing(trees, status):
    state(trees).unlink()


@mutation("overlays_are_presentation_states", "ct_overlays")
def the_image_does_not_name_its_presentation_states(trees, status):
    edit(trees, "enhanced", ENHANCED, lambda dataset: delattr(dataset, "ReferencedPresentationStateSequence"))


@mutation("overlays_are_presentation_states", "ct_overlays")
def a_presentation_state_has_another_window(trees, status):
    dataset = pydicom.dcmread(state(trees))
    dataset.SoftcopyVOILUTSequence[0].WindowCenter = ["41", "-600"]
    dataset.save_as(state(trees))


@mutation("frames_are_their_slices", "ct_overlays")
def an_overlay_bit_is_taken_for_a_value(trees, status):
    def change(dataset):
        data = bytearray(dataset.PixelData)
        data[9] ^= 0x08
        dataset.PixelData = bytes(data)

    edit(trees, "enhanced", ENHANCED, change)


# --- archives of a scanner's pairs and of Legacy Converted images, made of straw as well


@mutation("pairs_agree_with_scanner", "a-PAIR-of-straw")
def the_echo_time_differs_from_the_scanners(trees, status):
    def change(dataset):
        dataset.EchoTime = "11"

    edit(trees, "classic", CLASSIC, change)


@mutation("originals_come_back", "legacy-of-straw")
def an_original_uid_does_not_come_back(trees, status):
    def change(dataset):
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "2.25.9"

    edit(trees, "classic", CLASSIC, change)


@mutation("originals_come_back", "legacy-of-straw")
def an_original_series_does_not_come_back(trees, status):
    def change(dataset):
        dataset.SeriesInstanceUID = "2.25.10"

    edit(trees, "classic", CLASSIC, change)


# --- references


def other(trees, view, modality, change):
    """Changes the object of a modality with the most content, or pixels, of a view."""
    found = [path for path in sorted((trees / view).iterdir()) if pydicom.dcmread(path).Modality == modality]
    path = max(found, key=lambda path: path.stat().st_size)
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)


def report(trees, view, change):
    other(trees, view, "SR", change)


@mutation("references_resolve", "references")
def a_reference_leads_to_the_slice_that_is_gone(trees, status):
    def change(dataset):
        source = pydicom.dcmread(sorted((trees / "default").iterdir())[0]).StudyInstanceUID
        slices = [pydicom.dcmread(path) for path in sorted((trees / "default").iterdir())]
        gone = next(part for part in slices if part.Modality == "MR" and part.StudyInstanceUID == source)
        dataset.SourceImageSequence[0].ReferencedSOPInstanceUID = gone.SOPInstanceUID
        dataset.SourceImageSequence[0].ReferencedSOPClassUID = gone.SOPClassUID

    other(trees, "enhanced", "OT", change)


@mutation("references_resolve", "references")
def a_reference_leads_to_what_was_never_there(trees, status):
    def change(dataset):
        dataset.SourceImageSequence[0].ReferencedSOPInstanceUID = "2.25.77"

    other(trees, "enhanced", "OT", change)


@mutation("references_resolve", "references")
def a_reference_leads_to_another_frame(trees, status):
    def change(dataset):
        for groups in dataset.PerFrameFunctionalGroupsSequence[:1]:
            source = groups.DerivationImageSequence[0].SourceImageSequence[0]
            source.ReferencedFrameNumber = int(source.ReferencedFrameNumber) % 6 + 5

    other(trees, "enhanced", "SEG", change)


@mutation("references_resolve", "references")
def a_list_names_the_old_series(trees, status):
    def change(dataset):
        dataset.ReferencedSeriesSequence[0].SeriesInstanceUID = "2.25.9"

    other(trees, "enhanced", "SEG", change)


@mutation("references_resolve", "references")
def a_list_has_lost_an_instance(trees, status):
    report(trees, "enhanced", lambda dataset: dataset.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence.pop())


@mutation("references_resolve", "references")
def a_position_leads_nowhere(trees, status):
    def change(dataset):
        dataset.ContentSequence[2].ContentSequence[0].ReferencedContentItemIdentifier = [1, 99]

    report(trees, "enhanced", change)


@mutation("references_resolve", "references")
def an_object_has_another_label(trees, status):
    def change(dataset):
        dataset.ContentLabel = "OTHER"

    other(trees, "enhanced", "PR", change)


@mutation("references_resolve", "references")
def an_object_that_need_not_change_is_changed(trees, status):
    def change(dataset):
        dataset.SeriesDescription = "changed"

    def untouched(dataset):
        return dataset.Modality == "KO" and "ContributingEquipmentSequence" not in dataset

    path = next(path for path in sorted((trees / "enhanced").iterdir()) if untouched(pydicom.dcmread(path)))
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)


@mutation("references_resolve", "references")
def an_object_is_not_changed_and_has_no_reason(trees, status):
    archived = {pydicom.dcmread(path).SOPInstanceUID: path for path in (trees / "default").iterdir()}
    for path in sorted((trees / "enhanced").iterdir()):
        dataset = pydicom.dcmread(path)
        if dataset.Modality == "REG":
            path.unlink()
            source = archived[dataset.ConversionSourceAttributesSequence[0].ReferencedSOPInstanceUID]
            shutil.copy2(source, trees / "enhanced" / source.name)
            return


# --- concatenations, and images for processing


def member(trees, change):
    """Changes a member that was changed for `enhanced/`."""
    found = [path for path in sorted((trees / "enhanced").iterdir())
             if {"ConcatenationUID", "ContributingEquipmentSequence"} <= set(pydicom.dcmread(path).dir())]  # fmt: skip
    dataset = pydicom.dcmread(found[0])
    change(dataset)
    dataset.save_as(found[0])


@mutation("concatenations_are_one_image", "concatenation")
def a_member_is_of_a_concatenation_of_its_own(trees, status):
    def change(dataset):
        dataset.ConcatenationUID = "2.25.7"

    member(trees, change)


@mutation("concatenations_are_one_image", "concatenation")
def a_member_has_lost_its_place(trees, status):
    def change(dataset):
        dataset.ConcatenationFrameOffsetNumber += 1

    member(trees, change)


@mutation("concatenations_are_one_image", "concatenation")
def a_members_slices_are_numbered_anew(trees, status):
    def change(dataset):
        dataset.InstanceNumber = int(dataset.InstanceNumber) + 40

    edit(trees, "classic", CLASSIC, change)


@mutation("concatenations_are_one_image", "concatenation")
def a_concatenation_that_is_not_whole_has_no_reason(trees, status):
    status["unconverted"].clear()


@mutation("intent_is_never_mixed", "for_processing")
def an_image_has_the_other_intent(trees, status):
    def change(dataset):
        dataset.PresentationIntentType = "FOR PRESENTATION"

    edit(trees, "enhanced", {"1.2.840.10008.5.1.4.1.1.2.4", "1.2.840.10008.5.1.4.1.1.2.5"}, change)


@mutation("intent_is_never_mixed", "for_processing")
def a_slice_for_processing_is_of_the_ordinary_class(trees, status):
    def change(dataset):
        dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"

    edit(trees, "classic", {"1.2.840.10008.5.1.4.1.1.2.3"}, change)


# --- beside the instances


def _hidden(trees, view, pattern):
    found = sorted((trees / "hidden" / view).glob(pattern))
    return max(found, key=lambda path: path.stat().st_size)


def _edit_frame(trees, change):
    path = _hidden(trees, "default", ".frames/*/0001.dcm")
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)


@mutation("frames_are_extracted", "enhanced_ct")
def a_frame_that_was_taken_out_is_anothers(trees, status):
    first = _hidden(trees, "default", ".frames/*/0001.dcm")

    def change(dataset):
        dataset.PixelData = pydicom.dcmread(first.parent / "0002.dcm").PixelData

    _edit_frame(trees, change)


@mutation("frames_are_extracted", "enhanced_ct")
def a_frame_that_was_taken_out_names_another(trees, status):
    def change(dataset):
        dataset.FrameExtractionSequence[-1].SimpleFrameList = 2

    _edit_frame(trees, change)


@mutation("frames_are_extracted", "enhanced_ct")
def a_list_of_frames_lacks_one(trees, status):
    path = _hidden(trees, "default", ".frames/*/1-*+2.dcm")
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames = int(dataset.NumberOfFrames) - 1
    dataset.save_as(path)


@mutation("metadata_is_the_data_set", "enhanced_ct")
def metadata_lack_an_attribute(trees, status):
    path = _hidden(trees, "enhanced", ".metadata/*.json")
    path.write_text(path.read_text().replace('"00100020"', '"00100021"', 1))


@mutation("metadata_is_the_data_set", "enhanced_ct")
def metadata_name_the_byte_before(trees, status):
    path = _hidden(trees, "default", ".metadata/*.json")
    start = path.read_text().index("?offset=") + len("?offset=")
    text = path.read_text()
    end = text.index("&", start)
    path.write_text(f"{text[:start]}{int(text[start:end]) - 1}{text[end:]}")


@mutation("frames_are_extracted", "packed_bits")
def packed_frames_begin_a_bit_later(trees, status):
    for path in sorted((trees / "hidden/default").glob(".frames/*/0006.dcm")):
        dataset = pydicom.dcmread(path)
        if dataset.get("BitsAllocated") == 1:
            data = int.from_bytes(dataset.PixelData, "little") >> 1
            dataset.PixelData = data.to_bytes(len(dataset.PixelData), "little")
            dataset.save_as(path)


@mutation("metadata_reads_back", "enhanced_ct")
def metadata_say_a_number_as_another(trees, status):
    path = _hidden(trees, "enhanced", ".metadata/*.json")
    read = json.loads(path.read_text())
    read["00280010"]["Value"][0] += 1
    path.write_text(json.dumps(read))


@mutation("metadata_reads_back", "enhanced_ct")
def metadata_name_bulk_data_that_are_shorter(trees, status):
    path = _hidden(trees, "default", ".metadata/*.json")
    read = json.loads(path.read_text())
    uri = read["7FE00010"]["BulkDataURI"]
    start = uri.rindex("=") + 1
    read["7FE00010"]["BulkDataURI"] = f"{uri[:start]}{int(uri[start:]) - 2}"
    path.write_text(json.dumps(read))


# --- what belongs together, how it is written, and when it was


@mutation("frames_belong_together", "ct_axial")
def two_frames_have_each_others_place_in_the_stack(trees, status):
    def change(dataset):
        one, other = frame(dataset, 0).FrameContentSequence[0], frame(dataset, 2).FrameContentSequence[0]
        one.InStackPositionNumber, other.InStackPositionNumber = other.InStackPositionNumber, one.InStackPositionNumber

    edit(trees, "enhanced", ENHANCED, change)


@mutation("frames_belong_together", "ct_axial")
def a_frame_is_of_another_series(trees, status):
    def change(dataset):
        of_image = {frame(dataset, 0).UnassignedPerFrameConvertedAttributesSequence[0].SeriesInstanceUID}
        slices = [pydicom.dcmread(path) for path in sorted((trees / "default").iterdir())]
        other = next(part for part in slices if part.SOPClassUID in CLASSIC and part.SeriesInstanceUID not in of_image)
        frame(dataset, 0).ConversionSourceAttributesSequence[0].ReferencedSOPInstanceUID = other.SOPInstanceUID

    edit(trees, "enhanced", ENHANCED, change)


@mutation("elements_are_well_formed", "ct_axial")
def a_sequence_has_no_length(trees, status):
    def change(dataset):
        dataset["PerFrameFunctionalGroupsSequence"].is_undefined_length = True

    edit(trees, "enhanced", ENHANCED, change)


@mutation("elements_are_well_formed", "ct_axial")
def private_elements_have_lost_their_creator(trees, status):
    def change(dataset):
        kept = frame(dataset, 1).UnassignedPerFrameConvertedAttributesSequence[0]
        del kept[next(element.tag for element in kept if element.tag.is_private_creator)]

    edit(trees, "enhanced", ENHANCED, change)


@mutation("elements_are_well_formed", "enhanced_mr")
def a_file_goes_on_behind_its_last_element(trees, status):
    path, _ = made(trees, "classic", CLASSIC)
    path.write_bytes(path.read_bytes() + b"\0\0")


@mutation("times_are_those_of_sources", "ct_axial")
def the_content_is_an_hour_later(trees, status):
    def change(dataset):
        dataset.ContentTime = "110000"

    edit(trees, "enhanced", ENHANCED, change)


@mutation("times_are_those_of_sources", "ct_axial")
def a_frame_was_acquired_a_day_later(trees, status):
    def change(dataset):
        part = frame(dataset, 0).UnassignedPerFrameConvertedAttributesSequence[0]
        frame(dataset, 0).FrameContentSequence[0].FrameAcquisitionDateTime = f"20240103{part.AcquisitionTime}"

    edit(trees, "enhanced", ENHANCED, change)


@mutation("times_are_those_of_sources", "enhanced_mr")
def a_slice_was_made_today(trees, status):
    def change(dataset):
        dataset.InstanceCreationDate = date.today().strftime("%Y%m%d")

    edit(trees, "classic", CLASSIC, change)


@mutation("places_of_originals_are_not_kept", "retrieval_places")
def a_frame_can_be_had_where_its_slice_was(trees, status):
    def change(dataset):
        for series in dataset.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence:
            series.RetrieveAETitle = "ARCHIVE"

    other(trees, "enhanced", "KO", change)


@mutation("places_of_originals_are_not_kept", "retrieval_places")
def what_did_not_change_can_be_had_nowhere(trees, status):
    def change(dataset):
        for series in dataset.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence:
            series.pop("StorageMediaFileSetUID", None)

    other(trees, "enhanced", "KO", change)
