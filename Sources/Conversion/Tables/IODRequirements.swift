internal import DICOM

/// The required attributes of the IODs that are converted from and to.
public enum IODRequirements {
    /// An IOD by its name in the table: classic, Legacy Converted and true Enhanced, of each modality.
    public enum IOD: String, CaseIterable, Sendable {
        case ctImage = "ct-image"
        case mrImage = "mr-image"
        case positronEmissionTomographyImage = "positron-emission-tomography-image"
        case legacyConvertedEnhancedCTImage = "legacy-converted-enhanced-ct-image"
        case legacyConvertedEnhancedMRImage = "legacy-converted-enhanced-mr-image"
        case legacyConvertedEnhancedPETImage = "legacy-converted-enhanced-pet-image"
        case enhancedCTImage = "enhanced-ct-image"
        case enhancedMRImage = "enhanced-mr-image"
        case enhancedPETImage = "enhanced-pet-image"
    }

    /// The required attributes of an IOD, in the order of its modules, each with the attributes of its items after it. Read from
    /// the table at each call: keep them.
    public static func attributes(of iod: IOD) -> [IODRequirement] {
        let start = Array("\(iod.rawValue)|".utf8)
        return IODRequirementTable.text.description.utf8.split(separator: UInt8(ascii: "\n"))
            .filter { $0.starts(with: start) }.compactMap { requirement($0) }
    }

    private static func requirement(_ line: Substring.UTF8View) -> IODRequirement? {
        let fields = line.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map { Substring($0) }
        guard fields.count == 9,
            let usage = IODRequirement.Usage(rawValue: String(fields[2])),
            let usageCondition = condition(fields[3]), let depth = Int(fields[4]),
            let tag = UInt32(fields[5], radix: 16),
            let type = IODRequirement.AttributeType(rawValue: String(fields[6])),
            let typeCondition = condition(fields[7])
        else { return nil }
        return IODRequirement(
            module: String(fields[1]), usage: usage, usageCondition: usageCondition, depth: depth,
            tag: Tag(rawValue: tag), type: type, condition: typeCondition, classicAttribute: String(fields[8]))
    }

    private static func condition(_ number: Substring) -> String? {
        guard let line = Int(number), conditions.indices.contains(line) else { return nil }
        return conditions[line]
    }

    private static let conditions: [String] = IODConditionTable.text.description.utf8
        .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(Substring($0)) }
}
