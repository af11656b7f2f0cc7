"""Objects that refer to images: presentation state, key objects, report, segmentation, real-world value mapping, structure
set, registration, and what has a source image. `images` are data sets; `frames`, where given, are frame numbers of the
first."""

from collections import defaultdict

import numpy

from archives.instance import code, give_pixels, instance, item, picture, referenced, uid

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
REAL_WORLD_MAPPING = "1.2.840.10008.5.1.4.1.1.67"
STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_STUDY = "1.2.840.10008.3.1.2.3.1"


def bare(class_uid, modality, study, series, number=1, series_number=50):
    """Patient to equipment, without what only images have."""
    found = instance(class_uid, modality, study, series, number, series_number=series_number)
    for keyword in ("AcquisitionDate", "AcquisitionTime", "AcquisitionNumber", "PatientPosition", "FrameOfReferenceUID",
                    "PositionReferenceIndicator", "ProtocolName", "RequestAttributesSequence"):  # fmt: skip
        delattr(found, keyword)
    found.Laterality = ""
    return found


def reference(target, *frames, **more):
    found = referenced(target.SOPClassUID, target.SOPInstanceUID, **more)
    if frames:
        found.ReferencedFrameNumber = list(frames) if len(frames) > 1 else frames[0]
    return found


def by_series(targets, keyword="ReferencedSOPSequence", named=reference):
    """Items of Referenced Series Sequence."""
    found = defaultdict(list)
    for target in targets:
        found[target.SeriesInstanceUID].append(named(target))
    return [item(SeriesInstanceUID=series, **{keyword: references}) for series, references in found.items()]


def by_study(targets):
    """Items of an evidence sequence."""
    found = defaultdict(list)
    for target in targets:
        found[target.StudyInstanceUID].append(target)
    return [item(StudyInstanceUID=study, ReferencedSeriesSequence=by_series(part)) for study, part in found.items()]


def presentation_state(study, images, frames=(), number=1):
    found = bare(GSPS, "PR", study, "presentation states", number)
    named = [reference(image, *frames) for image in images]
    series = defaultdict(list)
    for image, named_image in zip(images, named):
        series[image.SeriesInstanceUID].append(named_image)
    found.ReferencedSeriesSequence = [item(SeriesInstanceUID=uid, ReferencedImageSequence=part) for uid, part in series.items()]
    found.PresentationCreationDate, found.PresentationCreationTime = "20240102", "120000"
    found.ContentLabel, found.ContentDescription, found.ContentCreatorName = "STATE", "a state", "Reader^One"
    found.DisplayedAreaSelectionSequence = [
        item(ReferencedImageSequence=[named_image], DisplayedAreaTopLeftHandCorner=[1, 1],
             DisplayedAreaBottomRightHandCorner=[64, 64], PresentationSizeMode="SCALE TO FIT", PresentationPixelAspectRatio=[1, 1])
        for named_image in named
    ]  # fmt: skip
    found.SoftcopyVOILUTSequence = [item(ReferencedImageSequence=named[:1], WindowCenter="500", WindowWidth="900")]
    text = item(UnformattedTextValue="here", AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[5.0, 5.0], AnchorPointVisibility="Y")
    found.GraphicAnnotationSequence = [item(ReferencedImageSequence=named[-1:], GraphicLayer="NOTES", TextObjectSequence=[text])]
    found.GraphicLayerSequence = [item(GraphicLayer="NOTES", GraphicLayerOrder=1)]
    found.PresentationLUTShape = "IDENTITY"
    return found


def _root(found, title, template):
    found.ReferencedPerformedProcedureStepSequence = []
    found.ValueType, found.ContinuityOfContent, found.ConceptNameCodeSequence = "CONTAINER", "SEPARATE", [title]
    found.ContentTemplateSequence = [item(MappingResource="DCMR", TemplateIdentifier=template)]


def content(value_type, relation, concept=None, **more):
    found = item(RelationshipType=relation, ValueType=value_type, **more)
    if concept:
        found.ConceptNameCodeSequence = [concept]
    return found


def key_objects(study, targets, frames=(), number=1, title=None):
    found = bare(KEY_OBJECTS, "KO", study, "key objects", number)
    _root(found, title or code("113000", "DCM", "Of Interest"), "2010")
    found.CurrentRequestedProcedureEvidenceSequence = by_study(targets)
    found.ContentSequence = [
        content("IMAGE" if "Rows" in target else "COMPOSITE", "CONTAINS", ReferencedSOPSequence=[reference(target, *frames)])
        for target in targets
    ]
    return found


def _measurement(value, *below):
    unit = code("mm", "UCUM", "millimeter")
    return content("NUM", "CONTAINS", code("410668003", "SCT", "Length"),
                   MeasuredValueSequence=[item(NumericValue=value, MeasurementUnitsCodeSequence=[unit])],
                   ContentSequence=list(below))  # fmt: skip


def _line(*below):
    return content("SCOORD", "INFERRED FROM", GraphicType="POLYLINE", GraphicData=[5.0, 5.0, 20.0, 20.0], ContentSequence=list(below))


def report(study, images, others, frames=(), number=1):
    """Measurements with coordinates selected from images, in place and from a library by position; a document of text after
    each, so that positions matter."""
    found = bare(COMPREHENSIVE_SR, "SR", study, "reports", number)
    _root(found, code("126000", "DCM", "Imaging Measurement Report"), "1500")
    found.CompletionFlag, found.VerificationFlag, found.PreliminaryFlag = "COMPLETE", "UNVERIFIED", "FINAL"
    found.PerformedProcedureCodeSequence = []
    found.CurrentRequestedProcedureEvidenceSequence = by_study([image for image in images if image.StudyInstanceUID == found.StudyInstanceUID])
    elsewhere = [*others, *(image for image in images if image.StudyInstanceUID != found.StudyInstanceUID)]
    if elsewhere:
        found.PertinentOtherEvidenceSequence = by_study(elsewhere)
    library = content("CONTAINER", "CONTAINS", code("111028", "DCM", "Image Library"), ContinuityOfContent="SEPARATE")
    library.ContentSequence = [
        content("IMAGE", "CONTAINS", ReferencedSOPSequence=[reference(image, *frames)], ContentSequence=[
            content("UIDREF", "HAS ACQ CONTEXT", code("112002", "DCM", "Series Instance UID"), UID=image.SeriesInstanceUID)])
        for image in images
    ]  # fmt: skip
    finding = code("121071", "DCM", "Finding")
    first = content("IMAGE", "SELECTED FROM", ReferencedSOPSequence=[reference(images[0], *frames[:1])])
    last = item(RelationshipType="SELECTED FROM", ReferencedContentItemIdentifier=[1, 1, len(images)])
    pointer = item(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 2])
    found.ContentSequence = [
        library,
        _measurement("15", _line(first)),
        content("TEXT", "CONTAINS", finding, TextValue="before", ContentSequence=[pointer]),
        _measurement("16", _line(last)),
        content("TEXT", "CONTAINS", finding, TextValue="after"),
    ]
    found.ContentSequence[3].ObservationUID = uid(study, "observation", number)
    found.ContentSequence += [content("COMPOSITE", "CONTAINS", finding, ReferencedSOPSequence=[reference(other)]) for other in others]
    return found


def segmentation(study, images, frames=(), number=1):
    """One binary segment, a frame for each image."""
    found = instance(SEGMENTATION, "SEG", study, "segmentations", number, series_number=51)
    for keyword in ("AcquisitionDate", "AcquisitionTime", "AcquisitionNumber", "PatientPosition", "ProtocolName",
                    "RequestAttributesSequence"):  # fmt: skip
        delattr(found, keyword)
    sources = [(images[0], frame) for frame in frames] or [(image, None) for image in images]
    found.FrameOfReferenceUID = images[0].FrameOfReferenceUID
    found.ImageType, found.SegmentationType = ["DERIVED", "PRIMARY"], "BINARY"
    found.ContentLabel, found.ContentDescription, found.ContentCreatorName = "SEGMENTS", "a segment", "Reader^One"
    found.SamplesPerPixel, found.PhotometricInterpretation, found.LossyImageCompression = 1, "MONOCHROME2", "00"
    found.BitsAllocated = found.BitsStored = 1
    found.HighBit = found.PixelRepresentation = 0
    found.Rows, found.Columns = images[0].Rows, images[0].Columns
    organization = uid(study, "segmentation", number, "dimensions")
    found.DimensionOrganizationSequence = [item(DimensionOrganizationUID=organization)]
    found.DimensionIndexSequence = [
        item(DimensionOrganizationUID=organization, DimensionIndexPointer=0x0062000B, FunctionalGroupPointer=0x0062000A),
        item(DimensionOrganizationUID=organization, DimensionIndexPointer=0x00200032, FunctionalGroupPointer=0x00209113),
    ]
    tissue = code("85756007", "SCT", "Tissue")
    found.SegmentSequence = [
        item(SegmentNumber=1, SegmentLabel="tissue", SegmentAlgorithmType="MANUAL", SegmentedPropertyCategoryCodeSequence=[tissue],
             SegmentedPropertyTypeCodeSequence=[tissue])
    ]  # fmt: skip
    found.ReferencedSeriesSequence = by_series(images, "ReferencedInstanceSequence")
    found.SharedFunctionalGroupsSequence = [
        item(PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
             PixelMeasuresSequence=[item(PixelSpacing=["0.9375", "0.9375"], SliceThickness="5")])
    ]  # fmt: skip
    purpose = code("121322", "DCM", "Source image for image processing operation")
    derivation = code("113076", "DCM", "Segmentation")
    found.PerFrameFunctionalGroupsSequence = [
        item(
            FrameContentSequence=[item(DimensionIndexValues=[1, index])],
            PlanePositionSequence=[item(ImagePositionPatient=["0", "0", str(index)])],
            SegmentIdentificationSequence=[item(ReferencedSegmentNumber=1)],
            DerivationImageSequence=[
                item(DerivationCodeSequence=[derivation], SourceImageSequence=[
                    reference(image, *([frame] if frame else []), PurposeOfReferenceCodeSequence=[purpose],
                              SpatialLocationsPreserved="YES")])
            ],
        )
        for index, (image, frame) in enumerate(sources, start=1)
    ]  # fmt: skip
    found.NumberOfFrames = len(sources)
    bits = numpy.arange(found.Rows * found.Columns * len(sources)) % 7 == 0
    found.PixelData = numpy.packbits(bits, bitorder="little").tobytes()
    found["PixelData"].VR = "OB"
    return found


def value_mapping(study, images, frames=(), number=1):
    found = bare(REAL_WORLD_MAPPING, "RWV", study, "value mappings", number)
    found.ContentLabel, found.ContentDescription, found.ContentCreatorName = "MAPPING", "", "Reader^One"
    units = code("mm2/s", "UCUM", "mm2/s")
    mapping = item(LUTExplanation="ADC", LUTLabel="ADC", MeasurementUnitsCodeSequence=[units], RealWorldValueFirstValueMapped=0,
                   RealWorldValueLastValueMapped=4095, RealWorldValueIntercept=0.0, RealWorldValueSlope=0.5)  # fmt: skip
    for keyword in ("RealWorldValueFirstValueMapped", "RealWorldValueLastValueMapped"):
        mapping[keyword].VR = "US"
    found.ReferencedImageRealWorldValueMappingSequence = [
        item(ReferencedImageSequence=[reference(image, *frames) for image in images], RealWorldValueMappingSequence=[mapping])
    ]
    found.ReferencedSeriesSequence = by_series(images, "ReferencedInstanceSequence")
    return found


def structure_set(study, images, frames=(), number=1):
    found = bare(STRUCTURE_SET, "RTSTRUCT", study, "structure sets", number)
    found.OperatorsName, found.FrameOfReferenceUID, found.PositionReferenceIndicator = "", images[0].FrameOfReferenceUID, ""
    found.StructureSetLabel, found.StructureSetDate, found.StructureSetTime = "SET", "20240102", "120000"
    found.ApprovalStatus = "UNAPPROVED"
    named = [reference(images[0], frame) for frame in frames] or [reference(image) for image in images]
    series = item(SeriesInstanceUID=images[0].SeriesInstanceUID, ContourImageSequence=named)
    of_study = referenced(_STUDY, images[0].StudyInstanceUID, RTReferencedSeriesSequence=[series])
    frame_of_reference = images[0].FrameOfReferenceUID
    found.ReferencedFrameOfReferenceSequence = [
        item(FrameOfReferenceUID=frame_of_reference, RTReferencedStudySequence=[of_study])
    ]
    found.StructureSetROISequence = [
        item(ROINumber=1, ReferencedFrameOfReferenceUID=frame_of_reference, ROIName="ROI", ROIGenerationAlgorithm="MANUAL")
    ]
    found.ROIContourSequence = [
        item(ReferencedROINumber=1, ContourSequence=[
            item(ContourImageSequence=[image], ContourGeometricType="CLOSED_PLANAR", NumberOfContourPoints=3,
                 ContourData=["0", "0", "1", "5", "0", "1", "5", "5", "1"])
            for image in named
        ])
    ]  # fmt: skip
    found.RTROIObservationsSequence = [item(ObservationNumber=1, ReferencedROINumber=1, RTROIInterpretedType="ORGAN", ROIInterpreter="")]
    return found


def registration(study, groups, number=1):
    """Of `groups` of images, each in a Study or Series of its own, to the first."""
    found = bare(REGISTRATION, "REG", study, "registrations", number)
    found.FrameOfReferenceUID, found.PositionReferenceIndicator = groups[0][0].FrameOfReferenceUID, ""
    found.ContentDate, found.ContentTime = "20240102", "120000"
    found.ContentLabel, found.ContentDescription, found.ContentCreatorName = "REGISTRATION", "", "Reader^One"
    matrix = item(FrameOfReferenceTransformationMatrix=[str(float(index % 5 == 0)) for index in range(16)],
                  FrameOfReferenceTransformationMatrixType="RIGID")  # fmt: skip
    found.RegistrationSequence = [
        item(ReferencedImageSequence=[reference(image) for image in images],
             MatrixRegistrationSequence=[item(MatrixSequence=[matrix], RegistrationTypeCodeSequence=[])])
        for images in groups
    ]  # fmt: skip
    own = [image for images in groups for image in images if image.StudyInstanceUID == found.StudyInstanceUID]
    others = [image for images in groups for image in images if image.StudyInstanceUID != found.StudyInstanceUID]
    found.ReferencedSeriesSequence = by_series(own, "ReferencedInstanceSequence")
    if others:
        found.StudiesContainingOtherReferencedInstancesSequence = [
            item(StudyInstanceUID=part, ReferencedSeriesSequence=by_series(
                [image for image in others if image.StudyInstanceUID == part], "ReferencedInstanceSequence"))
            for part in dict.fromkeys(image.StudyInstanceUID for image in others)
        ]  # fmt: skip
    return found


def capture(study, images, frames=(), number=1):
    """A picture derived of images, and the Series that it is related to."""
    found = instance(SECONDARY_CAPTURE, "OT", study, "captures", number, series_number=52)
    found.ConversionType, found.ImageType = "WSD", ["DERIVED", "SECONDARY"]
    found.Laterality, found.PatientOrientation = "", ""
    found.SourceImageSequence = [reference(image, *frames) for image in images]
    found.RelatedSeriesSequence = [
        item(StudyInstanceUID=images[0].StudyInstanceUID, SeriesInstanceUID=images[0].SeriesInstanceUID,
             PurposeOfReferenceCodeSequence=[code("122403", "DCM", "For Attenuation Correction")])
    ]  # fmt: skip
    give_pixels(found, picture(32, 32, number))
    return found


def document(study, images, number=1):
    """An encapsulated document made of images."""
    found = bare(ENCAPSULATED_PDF, "DOC", study, "documents", number)
    found.ConversionType, found.BurnedInAnnotation, found.DocumentTitle = "WSD", "NO", "Report"
    found.ConceptNameCodeSequence, found.MIMETypeOfEncapsulatedDocument = [], "application/pdf"
    found.ContentDate, found.ContentTime, found.AcquisitionDateTime = "20240102", "120000", ""
    found.SourceInstanceSequence = [reference(image) for image in images]
    found.EncapsulatedDocument = b"%PDF-1.4\n" + bytes(range(256)) * 4
    return found
