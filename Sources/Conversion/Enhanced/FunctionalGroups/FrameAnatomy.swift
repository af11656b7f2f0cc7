internal import DICOM

/// Frame Anatomy (PS3.3 C.7.6.16.2.8), where the source names an anatomic region by code or by a term of PS3.16 Annex L.
enum FrameAnatomy: FunctionalGroup {
    static var sequence: Tag { .frameAnatomySequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        guard let anatomy = item(frame.dataSet) else { return nil }
        // X-14: there is no value for "unknown".
        return FunctionalGroupValue(
            anatomy.item,
            notes: anatomy.isLateralityUnknown ? [ConversionReason(.unknownLaterality, tag: .frameLaterality)] : [])
    }

    /// Whether the image names a region, and so has a Frame Laterality.
    static func isKnown(_ dataSet: DataSet) -> Bool {
        dataSet.firstItem(.anatomicRegionSequence) != nil
            || dataSet.string(.bodyPartExamined).flatMap { AnatomicRegion.forBodyPartExamined($0) } != nil
    }

    /// Nil for an image that names no region.
    static func item(_ dataSet: DataSet) -> (item: DataSetBuilder, isLateralityUnknown: Bool)? {
        let region = dataSet.string(.bodyPartExamined).flatMap { AnatomicRegion.forBodyPartExamined($0) }
        var item = DataSetBuilder()
        var isPaired = region?.isPaired ?? false
        if let first = dataSet.firstItem(.anatomicRegionSequence) {
            item.set(.anatomicRegionSequence, items: [DataSetBuilder(copying: first)])
            if region == nil {
                isPaired = AnatomicRegion.isPaired(
                    codeValue: first.string(.codeValue) ?? "",
                    codingSchemeDesignator: first.string(.codingSchemeDesignator) ?? "")
            }
        } else if let region {
            var code = DataSetBuilder()
            code.set(.codeValue, region.codeValue)
            code.set(.codingSchemeDesignator, region.codingSchemeDesignator)
            code.set(.codeMeaning, region.codeMeaning)
            item.set(.anatomicRegionSequence, items: [code])
        } else {
            return nil
        }
        let laterality = statedLaterality(dataSet)
        item.set(.frameLaterality, laterality ?? "U")
        return (item, laterality == nil && isPaired)
    }

    /// R, L, U (unpaired) or B (both) as the source says it; nil if it does not.
    private static func statedLaterality(_ dataSet: DataSet) -> String? {
        for tag in [Tag.frameLaterality, .imageLaterality, .laterality] {
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
