internal import DICOM

/// Image Type (0008,0008) of a classic instance, from the Frame Type (0008,9007) of the frame.
enum ClassicImageType {
    /// - Parameter frameType: the values of Frame Type.
    /// - Returns: nil if there is none.
    static func values(frameType: [String], modality: ConversionFamily.Modality) -> [String]? {
        guard frameType.contains(where: { !$0.isEmpty }) else { return nil }
        switch modality {
        case .ct: return computedTomography(frameType)
        case .mr, .pet: return frameType
        }
    }

    /// PS3.3 C.8.2.1.1.1: value 3 is AXIAL or LOCALIZER; a fourth value says what a multi-energy image shows, which in a
    /// Frame Type is the fifth (C.8.16.1). NONE as pixel contrast says nothing and is left out.
    private static func computedTomography(_ frameType: [String]) -> [String] {
        var values = frameType.prefix(2).map { $0 }
        while values.count < 2 { values.append("PRIMARY") }
        values.append(frameType.count > 2 && frameType[2] == "LOCALIZER" ? "LOCALIZER" : "AXIAL")
        if frameType.count > 4 {
            values.append(contentsOf: frameType[4...])
        } else if frameType.count == 4, !["", "NONE"].contains(frameType[3]) {
            values.append(frameType[3])
        }
        return values
    }
}
