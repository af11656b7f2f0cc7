internal import DICOM

/// Content items of structured reports (PS3.3 C.17.3).
enum ContentItems {
    /// Refuses content items that would refer to more than one instance: only one is allowed. They would have to be
    /// repeated, and what points at them by position renumbered.
    static func check(_ attributes: DataSetBuilder) throws(ConversionReason) {
        for (tag, content) in zip(attributes.tags, attributes.contents) {
            guard case .items(let items) = content else { continue }
            if tag == .referencedSOPSequence, attributes.contains(.valueType), items.count > 1 {
                throw ConversionReason(
                    .referencesNotUpdated, tag: tag, "an image that a content item names has become \(items.count)")
            }
            for item in items { try check(item) }
        }
    }
}
