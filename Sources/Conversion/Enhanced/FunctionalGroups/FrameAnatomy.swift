internal import DICOM

/// Frame Anatomy (PS3.3 C.7.6.16.2.8), where the source names an anatomic region by code or by a term of PS3.16 Annex L.
enum FrameAnatomy: FunctionalGroup {
    static var sequence: Tag { .frameAnatomySequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        let region = frame.dataSet.string(.bodyPartExamined).flatMap { AnatomicRegion.forBodyPartExamined($0) }
        var item = DataSetBuilder()
        if let coded = frame.value(.anatomicRegionSequence), coded.itemCount > 0 {
            item.set(.anatomicRegionSequence, items: coded.items.prefix(1).map(DataSetBuilder.init(copying:)))
        } else if let region {
            var code = DataSetBuilder()
            code.set(.codeValue, region.codeValue)
            code.set(.codingSchemeDesignator, region.codingSchemeDesignator)
            code.set(.codeMeaning, region.codeMeaning)
            item.set(.anatomicRegionSequence, items: [code])
        } else {
            return nil
        }
        let laterality = statedLaterality(frame.dataSet)
        item.set(.frameLaterality, laterality ?? "U")
        // X-14: there is no value for "unknown".
        let isUnknown = laterality == nil && region?.isPaired == true
        return FunctionalGroupValue(
            item, notes: isUnknown ? [ConversionReason(.unknownLaterality, tag: .frameLaterality)] : [])
    }

    /// R, L, U (unpaired) or B (both) as the source says it; nil if it does not.
    private static func statedLaterality(_ dataSet: DataSet) -> String? {
        for tag in [Tag.imageLaterality, .laterality] {
            if let value = dataSet.string(tag), ["R", "L", "U", "B"].contains(value) { return value }
        }
        let modifiers = dataSet.firstItem(.anatomicRegionSequence)?.items(.anatomicRegionModifierSequence) ?? []
        for modifier in modifiers {
            // CID 244, in SNOMED CT and in the older SRT codes.
            switch modifier.string(.codeValue) {
            case "24028007", "G-A100": return "R"
            case "7771000", "G-A101": return "L"
            case "51440002", "G-A102": return "B"
            case "66459002", "G-A103": return "U"
            default: continue
            }
        }
        return nil
    }
}
