"""Enhanced PET: one static volume with a rescale slope for each frame."""

from sop_classes import ENHANCED_PET

from archives.enhanced_image import enhanced
from archives.instance import Folder, code, item


def build(root):
    planes = [(1, place, (-36, -36, 3 * place), (1, 0, 0, 0, 1, 0)) for place in range(1, 9)]
    frame_type = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    found = enhanced(ENHANCED_PET, "PT", "enhanced pet", "volume", 1, planes, frame_type, "PETFrameTypeSequence", bits=16)
    found.CountsSource, found.DecayCorrected, found.AttenuationCorrected, found.ScatterCorrected = "EMISSION", "YES", "YES", "YES"
    found.RandomsCorrectionMethod = "DLYD"
    found.DeadTimeCorrected, found.GantryMotionCorrected, found.PatientMotionCorrected = "YES", "NO", "NO"
    found.CountLossNormalizationCorrected, found.RandomsCorrected = "YES", "YES"
    found.NonUniformRadialSamplingCorrected, found.SensitivityCalibrated = "NO", "YES"
    found.DetectorNormalizationCorrection, found.TimeOfFlightInformationUsed = "YES", "FALSE"
    found.AttenuationCorrectionSource, found.ScatterCorrectionMethod, found.ReconstructionType = "CT", "SSS", "3D"
    found.ReconstructionAlgorithm, found.IterativeReconstructionMethod = "OSEM", "YES"
    found.NumberOfIterations, found.NumberOfSubsets = 3, 21
    found.DecayCorrectionDateTime, found.TableMotion, found.CollimatorType = "20240102100500", "STATIC", "NONE"
    found.DataCollectionDiameter, found.TypeOfDetectorMotion, found.AcquisitionStartCondition = "600", "STATIONARY", "MANU"
    found.RadiopharmaceuticalInformationSequence = [
        item(Radiopharmaceutical="FDG", RadiopharmaceuticalStartDateTime="20240102090000", RadionuclideTotalDose="370000000",
             RadionuclideHalfLife="6586.2", RadionuclidePositronFraction="0.97", RadiopharmaceuticalAgentNumber=1,
             RadionuclideCodeSequence=[code("C-111A1", "SRT", "^18^Fluorine")])
    ]  # fmt: skip
    found.PatientOrientationCodeSequence = [code("102538003", "SCT", "recumbent")]
    found.PatientOrientationCodeSequence[0].PatientOrientationModifierCodeSequence = [code("40199007", "SCT", "supine")]
    found.PatientGantryRelationshipCodeSequence = [code("102540008", "SCT", "headfirst")]
    del found.PatientPosition
    radiopharmaceutical = found.RadiopharmaceuticalInformationSequence[0]
    radiopharmaceutical.AdministrationRouteCodeSequence = [code("47625008", "SCT", "Intravenous route")]
    radiopharmaceutical.RadiopharmaceuticalCodeSequence = [code("35321007", "SCT", "Fluorodeoxyglucose F^18^")]
    found.CoincidenceWindowWidth, found.AcquisitionDuration = "4.9", 120.0
    found.AttenuationCorrectionTemporalRelationship = "SIMULTANEOUS"
    found.EnergyWindowRangeSequence = [item(EnergyWindowLowerLimit="425", EnergyWindowUpperLimit="650")]
    found.ViewCodeSequence = [code("62824007", "SCT", "Transverse")]
    found.SliceProgressionDirection = "FEET_TO_HEAD"
    found.AcquisitionTerminationCondition, found.DetectorGeometry = "MANU", "CYLINDRICAL_RING"
    found.TransverseDetectorSeparation, found.AxialDetectorDimension = 2.0, 150.0
    shared = found.SharedFunctionalGroupsSequence[0]
    shared.RadiopharmaceuticalUsageSequence = [item(RadiopharmaceuticalAgentNumber=1)]
    shared.PETFrameAcquisitionSequence = [
        item(TableHeight="170", GantryDetectorTilt="0", GantryDetectorSlew="0", DataCollectionDiameter="600")
    ]
    shared.PETPositionSequence = [item(TablePosition=0.0, DataCollectionCenterPatient=[0.0, 0.0, 0.0],
                                       ReconstructionTargetCenterPatient=[0.0, 0.0, 0.0])]  # fmt: skip
    shared.PETReconstructionSequence = [
        item(ReconstructionType="3D", ReconstructionAlgorithm="OSEM", IterativeReconstructionMethod="YES",
             NumberOfIterations=3, NumberOfSubsets=21, ReconstructionDiameter="72")
    ]  # fmt: skip
    for index, frame in enumerate(found.PerFrameFunctionalGroupsSequence):
        slope = f"{0.5 + 0.01 * index:.2f}"
        frame.PixelValueTransformationSequence = [item(RescaleIntercept="0", RescaleSlope=slope, RescaleType="US")]
        frame.RealWorldValueMappingSequence = [
            item(RealWorldValueFirstValueMapped=0, RealWorldValueLastValueMapped=65535, RealWorldValueIntercept=0.0,
                 RealWorldValueSlope=float(slope), LUTExplanation="activity", LUTLabel="BQML",
                 MeasurementUnitsCodeSequence=[code("Bq/ml", "UCUM", "Becquerels/milliliter")])
        ]  # fmt: skip
        frame.PETFrameCorrectionFactorsSequence = [
            item(PrimaryPromptsCountsAccumulated=1000, DecayFactor="1.0", SliceSensitivityFactor="1.0",
                 ScatterFractionFactor="0.3", DeadTimeFactor="1.0")
        ]  # fmt: skip
        frame.FrameContentSequence[0].TemporalPositionIndex = 1
    Folder(root).write("volume.dcm", found)
