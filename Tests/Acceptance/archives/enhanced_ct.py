"""Enhanced CT: one volume whose windows and exposures differ between frames."""

from sop_classes import ENHANCED_CT

from archives.enhanced_image import enhanced
from archives.instance import Folder, item, uid


def build(root):
    planes = [(1, place, (-36, -36, 3 * place), (1, 0, 0, 0, 1, 0)) for place in range(1, 13)]
    frame_type = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    found = enhanced(ENHANCED_CT, "CT", "enhanced ct", "volume", 1, planes, frame_type, "CTImageFrameTypeSequence")
    found.PatientPosition, found.AcquisitionDuration = "HFS", 6.0
    shared = found.SharedFunctionalGroupsSequence[0]
    shared.IrradiationEventIdentificationSequence = [item(IrradiationEventUID=uid("enhanced ct", "event"))]
    shared.PixelValueTransformationSequence = [item(RescaleIntercept="-1024", RescaleSlope="1", RescaleType="HU")]
    shared.CTAcquisitionTypeSequence = [
        item(AcquisitionType="SPIRAL", ConstantVolumeFlag="NO", FluoroscopyFlag="NO")
    ]
    shared.CTAcquisitionDetailsSequence = [
        item(RotationDirection="CW", RevolutionTime=0.5, SingleCollimationWidth=0.625, TotalCollimationWidth=40.0,
             TableHeight="170.5", GantryDetectorTilt="0", DataCollectionDiameter="500")
    ]  # fmt: skip
    shared.CTReconstructionSequence = [
        item(ReconstructionAlgorithm="FILTER_BACK_PROJ", ConvolutionKernel="STANDARD", ConvolutionKernelGroup="SOFT_TISSUE",
             ReconstructionDiameter="72", ReconstructionPixelSpacing=[1.5, 1.5], ReconstructionAngle=360.0, ImageFilter="NONE")
    ]  # fmt: skip
    shared.CTXRayDetailsSequence = [
        item(KVP="120", FocalSpots=[0.7], FilterType="FLAT", FilterMaterial="ALUMINUM",
             CalciumScoringMassFactorDevice=[0.7, 0.8, 0.9])
    ]  # fmt: skip
    shared.CTTableDynamicsSequence = [
        item(TableSpeed=78.75, TableFeedPerRotation=39.375, SpiralPitchFactor=0.984375)
    ]
    shared.CTGeometrySequence = [
        item(DistanceSourceToDetector="949", DistanceSourceToDataCollectionCenter=541.0)
    ]
    for index, frame in enumerate(found.PerFrameFunctionalGroupsSequence):
        frame.CTExposureSequence = [
            item(ExposureTimeInms=500.0, XRayTubeCurrentInmA=280.0 + index, ExposureInmAs=140.0 + index,
                 ExposureModulationType="NONE", CTDIvol=10.5)
        ]  # fmt: skip
        frame.CTPositionSequence = [
            item(TablePosition=3.0 * index, DataCollectionCenterPatient=[0.0, 0.0, 3.0 * index],
                 ReconstructionTargetCenterPatient=[0.0, 0.0, 3.0 * index])
        ]  # fmt: skip
    Folder(root).write("volume.dcm", found)
