"""Enhanced MR: one image of a single stack at two echo times, one image of three stacks across each other."""

from sop_classes import ENHANCED_MR

from archives.enhanced_image import enhanced
from archives.instance import Folder, item

ORIENTATIONS = {1: (1, 0, 0, 0, 1, 0), 2: (0, 1, 0, 0, 0, -1), 3: (1, 0, 0, 0, 0, -1)}
NORMALS = {1: (0, 0, 1), 2: (-1, 0, 0), 3: (0, 1, 0)}


def build(root):
    folder = Folder(root)
    folder.write("one-stack.dcm", _image(1, [(1, place) for place in range(1, 11)], echoes=2))
    folder.write("three-stacks.dcm", _image(2, [(stack, place) for stack in (1, 2, 3) for place in range(1, 5)]))


def _image(number, places, echoes=1):
    planes = []
    for _ in range(echoes):
        for stack, place in places:
            position = tuple(-36 + 3 * place * part for part in NORMALS[stack])
            planes.append((stack, place, position, ORIENTATIONS[stack]))
    frame_type = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    found = enhanced(ENHANCED_MR, "MR", "enhanced mr", "volumes", number, planes, frame_type, "MRImageFrameTypeSequence")
    found.ResonantNucleus, found.MagneticFieldStrength, found.KSpaceFiltering = "1H", 3.0, "NONE"
    found.ComplexImageComponent, found.AcquisitionContrast = "MAGNITUDE", "T2"
    found.ApplicableSafetyStandardAgency, found.ApplicableSafetyStandardDescription = "IEC", "60601-2-33"
    found.EchoPulseSequence, found.InversionRecovery, found.EchoPlanarPulseSequence = "SPIN", "NO", "NO"
    found.MRAcquisitionType, found.MultipleSpinEcho, found.MultiPlanarExcitation = "2D", "YES", "NO"
    found.PhaseContrast, found.TimeOfFlightContrast, found.SteadyStatePulseSequence = "NO", "NO", "NONE"
    found.Spoiling, found.T2Preparation, found.SpectrallySelectedExcitation = "NONE", "NO", "NONE"
    found.SpatialPresaturation, found.PartialFourier, found.OversamplingPhase = "NONE", "NO", "NONE"
    found.GeometryOfKSpaceTraversal, found.SegmentedKSpaceTraversal = "RECTILINEAR", "SINGLE"
    found.RectilinearPhaseEncodeReordering, found.NumberOfKSpaceTrajectories = "LINEAR", 1
    shared = found.SharedFunctionalGroupsSequence[0]
    shared.MRImageFrameTypeSequence[0].ComplexImageComponent = "MAGNITUDE"
    shared.MRImageFrameTypeSequence[0].AcquisitionContrast = "T2"
    shared.PixelValueTransformationSequence = [item(RescaleIntercept="0", RescaleSlope="1.25", RescaleType="US")]
    shared.MRTimingAndRelatedParametersSequence = [
        item(RepetitionTime="3000", FlipAngle="90", EchoTrainLength=8, RFEchoTrainLength=8, GradientEchoTrainLength=0)
    ]
    timing = shared.MRTimingAndRelatedParametersSequence[0]
    timing.SpecificAbsorptionRateSequence = [
        item(SpecificAbsorptionRateDefinition="IEC_HEAD", SpecificAbsorptionRateValue=0.5)
    ]
    timing.OperatingModeSequence = [
        item(OperatingModeType="STATIC FIELD", OperatingMode="IEC_NORMAL"),
        item(OperatingModeType="RF", OperatingMode="IEC_NORMAL"),
        item(OperatingModeType="GRADIENT", OperatingMode="IEC_NORMAL"),
    ]
    timing.GradientOutputType, timing.GradientOutput = "DB_DT", 20.0
    found.AcquisitionDuration, found.PulseSequenceName = 120.0, "se2"
    found.SaturationRecovery, found.SpectrallySelectedSuppression = "NO", "NONE"
    shared.MRModifierSequence = [
        item(InversionRecovery="NO", FlowCompensation="NONE", Spoiling="NONE", T2Preparation="NO", PartialFourier="NO",
             SpectrallySelectedExcitation="NONE", SpatialPresaturation="NONE", ParallelAcquisition="NO")
    ]  # fmt: skip
    shared.MRImagingModifierSequence = [
        item(MagnetizationTransfer="NONE", BloodSignalNulling="NO", Tagging="NONE", TransmitterFrequency=127.7,
             PixelBandwidth="122")
    ]  # fmt: skip
    shared.MRTransmitCoilSequence = [
        item(TransmitCoilName="BODY", TransmitCoilManufacturerName="", TransmitCoilType="BODY")
    ]
    shared.MRAveragesSequence = [item(NumberOfAverages="2")]
    shared.MRFOVGeometrySequence = [
        item(InPlanePhaseEncodingDirection="COLUMN", MRAcquisitionFrequencyEncodingSteps=48,
             MRAcquisitionPhaseEncodingStepsInPlane=48, PercentSampling="100", PercentPhaseFieldOfView="100")
    ]  # fmt: skip
    shared.MRReceiveCoilSequence = [
        item(ReceiveCoilName="HEAD", ReceiveCoilType="MULTICOIL", QuadratureReceiveCoil="NO",
             MultiCoilDefinitionSequence=[item(MultiCoilElementName="H1", MultiCoilElementUsed="YES"),
                                          item(MultiCoilElementName="H2", MultiCoilElementUsed="YES")])
    ]  # fmt: skip
    for index, frame in enumerate(found.PerFrameFunctionalGroupsSequence):
        echo = 1 + index // len(places)
        frame.MREchoSequence = [item(EffectiveEchoTime=12.5 * echo)]
        frame.DerivationImageSequence = []
    shared.MRReceiveCoilSequence[0].ReceiveCoilManufacturerName = "Acme Coils"
    return found
