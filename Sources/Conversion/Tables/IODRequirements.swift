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

    /// The required attributes of an IOD, in the order of its modules, each with the attributes of its items after it.
    public static func attributes(of iod: IOD) -> [IODRequirement] {
        byIOD[iod] ?? []
    }

    private static let byIOD: [IOD: [IODRequirement]] = {
        let conditions = IODConditionTable.text.description
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func condition(_ number: Substring) -> String? {
            guard let line = Int(number), conditions.indices.contains(line) else { return nil }
            return conditions[line]
        }
        var result: [IOD: [IODRequirement]] = [:]
        for line in IODRequirementTable.text.description.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 9, let iod = IOD(rawValue: String(fields[0])),
                let usage = IODRequirement.Usage(rawValue: String(fields[2])),
                let usageCondition = condition(fields[3]), let depth = Int(fields[4]),
                let tag = UInt32(fields[5], radix: 16),
                let type = IODRequirement.AttributeType(rawValue: String(fields[6])),
                let typeCondition = condition(fields[7])
            else { continue }
            result[iod, default: []].append(
                IODRequirement(
                    module: String(fields[1]), usage: usage, usageCondition: usageCondition, depth: depth,
                    tag: Tag(rawValue: tag), type: type, condition: typeCondition, classicAttribute: String(fields[8])))
        }
        return result
    }()
}
