internal import DICOM

/// Attributes that are alike in all images of one volume, and tell volumes of one Series at the same places apart, though no axis
/// stands for them: what was set for the whole acquisition or reconstruction, nothing that a scanner adjusts slice by slice.
enum VolumeMarks {
    private static let tags: [Tag] = [
        .scanOptions, .sequenceName, .kvp, .echoNumbers, .contrastBolusAgent, .numberOfAverages, .pixelBandwidth,
        .nominalPercentageOfCardiacPhase, .filterType, .reconstructionDiameter, .angioFlag, .diffusionDirectionality,
    ]

    /// b-values, directions, phases and labelling where makers keep them.
    private static let privateElements: [(creator: String, group: UInt16, element: UInt8)] = [
        ("SIEMENS MR HEADER", 0x0019, 0x0C), ("SIEMENS MR HEADER", 0x0019, 0x0E), ("GEMS_PARM_01", 0x0043, 0x39),
        ("Philips Imaging DD 001", 0x2001, 0x03), ("Philips Imaging DD 001", 0x2001, 0x04),
        ("Philips Imaging DD 001", 0x2001, 0x08), ("Philips MR Imaging DD 005", 0x2005, 0x29),
        ("GEMS_ACQU_01", 0x0019, 0xBB), ("GEMS_ACQU_01", 0x0019, 0xBC), ("GEMS_ACQU_01", 0x0019, 0xBD),
    ]

    /// A digest of each value; 0 for one that is not there. Equal values have equal digests, and others most likely not.
    static func make(_ dataSet: DataSet) -> [UInt32] {
        tags.map { digest(dataSet[$0]) }
            + privateElements.map {
                digest(dataSet.privateElement(group: $0.group, creator: $0.creator, element: $0.element))
            }
    }

    /// FNV-1a, folded.
    private static func digest(_ element: Element?) -> UInt32 {
        guard let element else { return 0 }
        return element.withValueBytes { bytes in
            let bytes = bytes.last == 0x20 ? bytes.dropLast() : bytes[...]
            if bytes.isEmpty { return 0 }
            let digest = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return max(1, UInt32(truncatingIfNeeded: digest ^ digest >> 32))
        }
    }
}
