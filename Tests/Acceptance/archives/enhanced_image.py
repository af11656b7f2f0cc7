"""What Enhanced CT, MR and PET images have in common: a multi-frame image of planes with functional groups."""

from archives.instance import code, give_pixels, instance, item, picture


def enhanced(class_uid, modality, study, series, number, planes, frame_type, frame_type_sequence, size=48, bits=12):
    """`planes`: for each frame (stack number, place in stack, position, orientation). Functional groups that the class
    wants beyond these are the caller's."""
    found = instance(class_uid, modality, study, series, number, series_number=7)
    for keyword in ("AcquisitionDate", "AcquisitionTime", "AcquisitionNumber"):
        delattr(found, keyword)
    found.ImageType, found.AcquisitionDateTime = frame_type, "20240102100500.25"
    found.ContentQualification, found.PixelPresentation = "RESEARCH", "MONOCHROME"
    found.VolumetricProperties, found.VolumeBasedCalculationTechnique = "VOLUME", "NONE"
    found.BurnedInAnnotation, found.LossyImageCompression, found.PresentationLUTShape = "NO", "00", "IDENTITY"
    found.AcquisitionContextSequence = []
    organization = f"{found.SOPInstanceUID}.1"
    found.DimensionOrganizationSequence = [item(DimensionOrganizationUID=organization)]
    found.DimensionIndexSequence = [
        item(DimensionOrganizationUID=organization, DimensionIndexPointer=0x00209056, FunctionalGroupPointer=0x00209111),
        item(DimensionOrganizationUID=organization, DimensionIndexPointer=0x00209057, FunctionalGroupPointer=0x00209111),
    ]
    frame_type_item = item(
        FrameType=frame_type, PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
        VolumeBasedCalculationTechnique="NONE",
    )  # fmt: skip
    shared = item(
        PixelMeasuresSequence=[item(PixelSpacing=["1.5", "1.5"], SliceThickness="3", SpacingBetweenSlices="3")],
        FrameAnatomySequence=[
            item(FrameLaterality="U", AnatomicRegionSequence=[code("69536005", "SCT", "Head")])
        ],
    )  # fmt: skip
    setattr(shared, frame_type_sequence, [frame_type_item])
    found.SharedFunctionalGroupsSequence = [shared]
    found.PerFrameFunctionalGroupsSequence = [
        _frame(index, stack, place, position, orientation)
        for index, (stack, place, position, orientation) in enumerate(planes)
    ]
    found.NumberOfFrames = len(planes)
    give_pixels(found, *(picture(size, size, number * 100 + index) for index in range(len(planes))), bits=bits)
    return found


def _frame(index, stack, place, position, orientation):
    content = item(
        FrameAcquisitionDateTime=f"20240102100500.{index:03d}", FrameReferenceDateTime=f"20240102100500.{index:03d}",
        FrameAcquisitionDuration=100.0, StackID=str(stack), InStackPositionNumber=place,
        DimensionIndexValues=[stack, place], FrameAcquisitionNumber=3, FrameComments=f"frame {index + 1}",
    )  # fmt: skip
    found = item(
        FrameContentSequence=[content],
        PlanePositionSequence=[item(ImagePositionPatient=[f"{value:.6g}" for value in position])],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[f"{value:.6g}" for value in orientation])],
        FrameVOILUTSequence=[item(WindowCenter=str(500 + index), WindowWidth="900")],
    )
    block = found.private_block(0x2005, "ACME FRAMES", create=True)
    block.add_new(0x10, "DS", str(index + 0.5))
    return found
