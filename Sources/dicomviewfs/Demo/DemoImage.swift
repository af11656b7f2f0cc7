import DICOM

/// What all images of the demo archive have in common, and the way they become files.
struct DemoImage {
    static let rows = 128
    static let columns = 128

    var dataSet = DataSetBuilder()

    /// - Parameters:
    ///   - uid: A name within the demo, such as "ct.3"; the SOP Instance UID is made from it.
    init(
        sopClass: SOPClass, uid: String, study: DemoStudy, series: String, seriesNumber: Int, seriesDescription: String,
        instanceNumber: Int
    ) {
        dataSet.set(.sopClassUID, sopClass.rawValue)
        dataSet.set(.sopInstanceUID, study.uid(uid))
        dataSet.set(.studyInstanceUID, study.uid("study"))
        dataSet.set(.seriesInstanceUID, study.uid(series))
        dataSet.set(.frameOfReferenceUID, study.uid("frame-of-reference"))
        dataSet.set(.positionReferenceIndicator, "")
        dataSet.set(.patientName, "Demo^\(study.modality)")
        dataSet.set(.patientID, "DEMO-\(study.modality)")
        dataSet.set(.patientBirthDate, "19700101")
        dataSet.set(.patientSex, "O")
        dataSet.set(.studyDate, "20240229")
        dataSet.set(.studyTime, "101500")
        dataSet.set(.studyID, "1")
        dataSet.set(.accessionNumber, "")
        dataSet.set(.referringPhysicianName, "")
        dataSet.set(.studyDescription, study.description)
        dataSet.set(.seriesDate, "20240229")
        dataSet.set(.seriesTime, "101600")
        dataSet.set(.seriesNumber, "\(seriesNumber)")
        dataSet.set(.seriesDescription, seriesDescription)
        dataSet.set(.modality, study.modality)
        dataSet.set(.manufacturer, "DICOMViewFS demo")
        dataSet.set(.manufacturerModelName, "Phantom")
        dataSet.set(.deviceSerialNumber, "1")
        dataSet.set(.softwareVersions, "1")
        dataSet.set(.patientPosition, "HFS")
        dataSet.set(.instanceNumber, "\(instanceNumber)")
        dataSet.set(.contentDate, "20240229")
        dataSet.set(.contentTime, "101600")
        dataSet.set(.acquisitionDate, "20240229")
        dataSet.set(.acquisitionTime, "101600")
        dataSet.set(.acquisitionNumber, "1")
        dataSet.set(.samplesPerPixel, 1)
        dataSet.set(.photometricInterpretation, "MONOCHROME2")
        dataSet.set(.rows, Self.rows)
        dataSet.set(.columns, Self.columns)
        dataSet.set(.bitsAllocated, 16)
        dataSet.set(.bitsStored, 12)
        dataSet.set(.highBit, 11)
        dataSet.set(.pixelRepresentation, 0)
        dataSet.set(.burnedInAnnotation, "NO")
        dataSet.set(.lossyImageCompression, "00")
        dataSet.set(.presentationLUTShape, "IDENTITY")
    }

    /// The place of an axial slice, in mm.
    mutating func place(z: Double, thickness: Double) {
        dataSet.set(.imageOrientationPatient, "1\\0\\0\\0\\1\\0")
        dataSet.set(.imagePositionPatient, "-64\\-64\\\(z)")
        dataSet.set(.sliceLocation, "\(z)")
        dataSet.set(.sliceThickness, "\(thickness)")
        dataSet.set(.pixelSpacing, "1\\1")
    }

    /// The file: what the archive is given.
    func file(frames: [[UInt16]]) -> [UInt8] {
        var complete = dataSet
        var pixels: [UInt8] = []
        pixels.reserveCapacity(frames.count * Self.rows * Self.columns * 2)
        for frame in frames {
            for value in frame { withUnsafeBytes(of: value.littleEndian) { pixels += $0 } }
        }
        complete.set(.pixelData, vr: .OW, bytes: pixels)
        return FileHeader.encode(
            mediaStorageSOPClassUID: text(.sopClassUID), mediaStorageSOPInstanceUID: text(.sopInstanceUID),
            transferSyntax: .explicitVRLittleEndian, implementationClassUID: "2.25.20240229",
            implementationVersionName: "DEMO") + Encoder.encode(complete)
    }

    private func text(_ tag: Tag) -> String {
        guard case .value(_, let bytes) = dataSet[tag] else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One study of the demo archive.
struct DemoStudy {
    var modality: String
    var description: String
    /// The number that the study's UIDs begin with, after 2.25.
    var number: Int

    /// A UID for a name: always the same, so that the demo looks the same everywhere.
    func uid(_ name: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "2.25.20240229\(number)\(hash)"
    }
}
