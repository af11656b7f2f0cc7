import DICOM
import Foundation

/// A small archive: a CT with a localizer, an MR with two echoes, and an Enhanced MR.
enum DemoArchive {
    /// Writes the archive beneath `path`, which is made.
    static func write(to path: String) throws {
        for (name, bytes) in ct() + mr() + enhancedMR() {
            let file = URL(filePath: path).appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }

    private static func ct() -> [(String, [UInt8])] {
        let study = DemoStudy(modality: "CT", description: "Head phantom", number: 1)
        func image(_ uid: String, _ series: Int, _ description: String, _ number: Int, type: String) -> DemoImage {
            var image = DemoImage(
                sopClass: .ctImageStorage, uid: uid, study: study, series: "series.\(series)", seriesNumber: series,
                seriesDescription: description, instanceNumber: number)
            image.dataSet.set(.imageType, "ORIGINAL\\PRIMARY\\\(type)")
            image.dataSet.set(.kvp, "120")
            image.dataSet.set(.convolutionKernel, "STANDARD")
            image.dataSet.set(.rescaleIntercept, "-1024")
            image.dataSet.set(.rescaleSlope, "1")
            image.dataSet.set(.rescaleType, "HU")
            image.dataSet.set(.windowCenter, "40")
            image.dataSet.set(.windowWidth, "400")
            return image
        }
        var localizer = image("localizer", 1, "Localizer", 1, type: "LOCALIZER")
        localizer.place(z: 0, thickness: 100)
        localizer.dataSet.set(.imageOrientationPatient, "1\\0\\0\\0\\0\\-1")
        var files = [("ct/localizer.dcm", localizer.file(frames: [Phantom.slice(z: 0)]))]
        for number in 1...24 {
            var slice = image("axial.\(number)", 2, "Axial 4mm", number, type: "AXIAL")
            let z = Double(number - 12) * 4
            slice.place(z: z, thickness: 4)
            files.append(("ct/axial/IM\(number)", slice.file(frames: [Phantom.slice(z: z)])))
        }
        return files
    }

    private static func mr() -> [(String, [UInt8])] {
        let study = DemoStudy(modality: "MR", description: "Head phantom, two echoes", number: 2)
        var files: [(String, [UInt8])] = []
        for (echo, time) in [(1, 20.0), (2, 80.0)] {
            for position in 1...8 {
                let number = (echo - 1) * 8 + position
                var image = DemoImage(
                    sopClass: .mrImageStorage, uid: "echo\(echo).\(position)", study: study, series: "series.1",
                    seriesNumber: 1, seriesDescription: "PD T2 dual echo", instanceNumber: number)
                let z = Double(position - 4) * 8
                image.place(z: z, thickness: 8)
                image.dataSet.set(.imageType, "ORIGINAL\\PRIMARY\\M\\SE")
                image.dataSet.set(.scanningSequence, "SE")
                image.dataSet.set(.sequenceVariant, "NONE")
                image.dataSet.set(.scanOptions, "")
                image.dataSet.set(.mrAcquisitionType, "2D")
                image.dataSet.set(.repetitionTime, "2500")
                image.dataSet.set(.echoTime, "\(Int(time))")
                image.dataSet.set(.echoNumbers, "\(echo)")
                image.dataSet.set(.echoTrainLength, "2")
                image.dataSet.set(.magneticFieldStrength, "1.5")
                image.dataSet.set(.flipAngle, "90")
                image.dataSet.set(.spacingBetweenSlices, "8")
                files.append(("mr/\(number).dcm", image.file(frames: [Phantom.slice(z: z, time: time)])))
            }
        }
        return files
    }

    private static func enhancedMR() -> [(String, [UInt8])] {
        let study = DemoStudy(modality: "MR", description: "Head phantom, multi-frame", number: 3)
        var image = DemoImage(
            sopClass: .enhancedMRImageStorage, uid: "enhanced.1", study: study, series: "series.1", seriesNumber: 1,
            seriesDescription: "T2 stack", instanceNumber: 1)
        DemoEnhancedMR.fill(&image.dataSet, dimensionUID: study.uid("dimensions"), frameCount: 12)
        let frames = (0..<12).map { Phantom.slice(z: DemoEnhancedMR.z(ofFrame: $0), time: 80) }
        return [("enhanced/stack.dcm", image.file(frames: frames))]
    }
}
