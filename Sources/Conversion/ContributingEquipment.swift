internal import DICOM

/// Contributing Equipment Sequence (0018,A001) of created instances (PS3.4 C.3.5, digest G-3).
enum ContributingEquipment {
    /// Contribution Description (0018,A003): exactly these words are allowed.
    enum Contribution: String {
        case enhancedFromClassic = "Legacy Enhanced Image created from Classic Images"
        case classicFromEnhanced = "Classic Image created from Enhanced Image"
        case updatedReferences = "Updated UID references during Legacy Enhanced Classic conversion"
    }

    static let manufacturer = "DICOMViewFS"
    /// Software Versions (0018,1020): the ruleset, for a build must not show (V-8).
    static let softwareVersions = Ruleset.implementationVersionName

    /// The item that says what was done. It has no Contribution DateTime, which would differ at each access.
    static func item(_ contribution: Contribution) -> DataSetBuilder {
        var item = item(purpose: "109106", "Enhanced Multi-frame Conversion Equipment")
        item.set(.contributionDescription, contribution.rawValue)
        return item
    }

    /// The item of instances that are frames of others (PS3.4 Y.3.3, digest F-5).
    static var frameExtractionItem: DataSetBuilder {
        var item = item(purpose: "109105", "Frame Extracting Equipment")
        item.set(.contributionDescription, "Extracted frames")
        return item
    }

    private static func item(purpose code: String, _ meaning: String) -> DataSetBuilder {
        var purpose = DataSetBuilder()
        purpose.set(.codeValue, code)
        purpose.set(.codingSchemeDesignator, "DCM")
        purpose.set(.codeMeaning, meaning)
        var item = DataSetBuilder()
        item.set(.manufacturer, manufacturer)
        item.set(.softwareVersions, softwareVersions)
        item.set(.purposeOfReferenceCodeSequence, items: [purpose])
        return item
    }

    /// True for an item that this software wrote, under the ruleset in force.
    static func isOurs(_ item: DataSet) -> Bool {
        item.string(.manufacturer) == manufacturer && item.string(.softwareVersions) == softwareVersions
            && item.firstItem(.purposeOfReferenceCodeSequence)?.string(.codeValue) == "109106"
    }

    /// The sequence of an instance made from `sources`.
    struct Merged {
        var items: [DataSetBuilder]
        /// True if `items` hold all that the sources' own sequences say; else each is to be kept with its frame.
        var isComplete: Bool
    }

    /// The sources' items and a new one if they are consistent: the same in all, Contribution DateTime apart; otherwise the
    /// new one alone.
    static func merge(_ sources: [DataSet], _ contribution: Contribution) -> Merged {
        let sequences = sources.map { $0[.contributingEquipmentSequence] }
        let new = item(contribution)
        guard let first = sequences.first.flatMap({ $0 }), !first.isEmpty else {
            return Merged(items: [new], isComplete: sequences.allSatisfy { $0.map(\.isEmpty) ?? true })
        }
        if sequences.allSatisfy({ $0?.hasSameValue(as: first) ?? false }) {
            return Merged(items: first.items.map(DataSetBuilder.init(copying:)) + [new], isComplete: true)
        }
        let kept = first.items.map { withoutDateTime($0) }
        let isConsistent = sequences.allSatisfy { sequence in
            guard let sequence else { return false }
            return sequence.items.map { Encoder.encode(withoutDateTime($0)) } == kept.map { Encoder.encode($0) }
        }
        return Merged(items: (isConsistent ? kept : []) + [new], isComplete: false)
    }

    private static func withoutDateTime(_ item: DataSet) -> DataSetBuilder {
        var item = DataSetBuilder(copying: item)
        item.remove(.contributionDateTime)
        return item
    }
}
