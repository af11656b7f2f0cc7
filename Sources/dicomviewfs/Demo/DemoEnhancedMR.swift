import DICOM

/// The multi-frame attributes of the demo's Enhanced MR (PS3.3 A.36).
enum DemoEnhancedMR {
    /// Position of a frame, counted from 0, in mm.
    static func z(ofFrame frameIndex: Int) -> Double { Double(frameIndex - 6) * 6 }

    static func fill(_ dataSet: inout DataSetBuilder, dimensionUID: String, frameCount: Int) {
        dataSet.set(.imageType, "ORIGINAL\\PRIMARY\\T2\\NONE")
        dataSet.set(.numberOfFrames, "\(frameCount)")
        dataSet.set(.acquisitionDateTime, "20240229101600")
        dataSet.set(.acquisitionDuration, 60.0)
        dataSet.set(.resonantNucleus, "1H")
        dataSet.set(.contentQualification, "PRODUCT")
        dataSet.set(.pixelPresentation, "MONOCHROME")
        dataSet.set(.volumetricProperties, "VOLUME")
        dataSet.set(.volumeBasedCalculationTechnique, "NONE")
        dataSet.set(.complexImageComponent, "MAGNITUDE")
        dataSet.set(.acquisitionContrast, "T2")
        dataSet.set(.pulseSequenceName, "SE")
        dataSet.set(.mrAcquisitionType, "2D")
        dataSet.set(.magneticFieldStrength, 1.5)
        dataSet.set(.kSpaceFiltering, "NONE")
        dataSet.set(.applicableSafetyStandardAgency, "IEC")
        dataSet.set(.echoPulseSequence, "SPIN")
        dataSet.set(.multipleSpinEcho, "NO")
        dataSet.set(.multiPlanarExcitation, "NO")
        dataSet.set(.phaseContrast, "NO")
        dataSet.set(.timeOfFlightContrast, "NO")
        dataSet.set(.steadyStatePulseSequence, "NONE")
        dataSet.set(.echoPlanarPulseSequence, "NO")
        dataSet.set(.saturationRecovery, "NO")
        dataSet.set(.spectrallySelectedSuppression, "NONE")
        dataSet.set(.oversamplingPhase, "NONE")
        dataSet.set(.geometryOfKSpaceTraversal, "RECTILINEAR")
        dataSet.set(.rectilinearPhaseEncodeReordering, "LINEAR")
        dataSet.set(.segmentedKSpaceTraversal, "SINGLE")
        dataSet.set(.acquisitionContextSequence, items: [])
        dataSet.set(
            .dimensionOrganizationSequence, items: [item { $0.set(.dimensionOrganizationUID, dimensionUID) }])
        dataSet.set(
            .dimensionIndexSequence,
            items: [
                item {
                    $0.set(.dimensionOrganizationUID, dimensionUID)
                    $0.set(.dimensionIndexPointer, vr: .AT, bytes: [0x20, 0, 0x57, 0x90])
                    $0.set(.functionalGroupPointer, vr: .AT, bytes: [0x20, 0, 0x11, 0x91])
                }
            ])
        dataSet.set(.sharedFunctionalGroupsSequence, items: [shared()])
        dataSet.set(.perFrameFunctionalGroupsSequence, items: (0..<frameCount).map(frame))
    }

    private static func item(_ fill: (inout DataSetBuilder) -> Void) -> DataSetBuilder {
        var item = DataSetBuilder()
        fill(&item)
        return item
    }

    private static func shared() -> DataSetBuilder {
        item { groups in
            groups.set(
                .pixelMeasuresSequence,
                items: [
                    item {
                        $0.set(.sliceThickness, "6")
                        $0.set(.spacingBetweenSlices, "6")
                        $0.set(.pixelSpacing, "1\\1")
                    }
                ])
            groups.set(
                .planeOrientationSequence, items: [item { $0.set(.imageOrientationPatient, "1\\0\\0\\0\\1\\0") }])
            groups.set(
                .mrTimingAndRelatedParametersSequence,
                items: [
                    item {
                        $0.set(.repetitionTime, "2500")
                        $0.set(.flipAngle, "90")
                        $0.set(.echoTrainLength, "1")
                        $0.set(.rfEchoTrainLength, 1)
                        $0.set(.gradientEchoTrainLength, 0)
                    }
                ])
            groups.set(.mrEchoSequence, items: [item { $0.set(.effectiveEchoTime, 80.0) }])
            groups.set(
                .mrImageFrameTypeSequence,
                items: [
                    item {
                        $0.set(.frameType, "ORIGINAL\\PRIMARY\\T2\\NONE")
                        $0.set(.pixelPresentation, "MONOCHROME")
                        $0.set(.volumetricProperties, "VOLUME")
                        $0.set(.volumeBasedCalculationTechnique, "NONE")
                        $0.set(.complexImageComponent, "MAGNITUDE")
                        $0.set(.acquisitionContrast, "T2")
                    }
                ])
            groups.set(
                .frameAnatomySequence,
                items: [
                    item {
                        $0.set(.frameLaterality, "U")
                        $0.set(
                            .anatomicRegionSequence,
                            items: [
                                item {
                                    $0.set(.codeValue, "T-D1100")
                                    $0.set(.codingSchemeDesignator, "SRT")
                                    $0.set(.codeMeaning, "Head")
                                }
                            ])
                    }
                ])
        }
    }

    private static func frame(_ frameIndex: Int) -> DataSetBuilder {
        item { groups in
            groups.set(
                .frameContentSequence,
                items: [
                    item {
                        $0.set(.frameAcquisitionNumber, 1)
                        $0.set(.frameReferenceDateTime, "20240229101600")
                        $0.set(.frameAcquisitionDateTime, "20240229101600")
                        $0.set(.frameAcquisitionDuration, 5000.0)
                        $0.set(.stackID, "1")
                        $0.set(.inStackPositionNumber, frameIndex + 1)
                        $0.set(.dimensionIndexValues, frameIndex + 1)
                    }
                ])
            groups.set(
                .planePositionSequence,
                items: [item { $0.set(.imagePositionPatient, "-64\\-64\\\(z(ofFrame: frameIndex))") }])
        }
    }
}
