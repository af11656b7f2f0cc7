internal import DICOM

/// Finds what a data set refers to, at any depth.
struct ReferenceCollector {
    private var frameNumbers: [String: Set<Int>] = [:]
    private var series: Set<String> = []
    /// By Series and Study, which is empty where the list is one of the data set's own Study.
    private var listed: [Listing: Set<String>] = [:]

    var references: [InstanceReference] {
        frameNumbers.map { InstanceReference(sopInstanceUID: $0.key, frameNumbers: $0.value.sorted()) }
            .sorted { $0.sopInstanceUID.utf8.lexicographicallyPrecedes($1.sopInstanceUID.utf8) }
    }

    var seriesReferences: [String] {
        series.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// - Parameter study: of the data set.
    func listings(study: String) -> [ListedInstances] {
        var byListing: [Listing: Set<String>] = [:]
        for (listing, instances) in listed {
            let listing =
                listing.studyInstanceUID.isEmpty
                ? Listing(studyInstanceUID: study, seriesInstanceUID: listing.seriesInstanceUID) : listing
            if !listing.studyInstanceUID.isEmpty { byListing[listing, default: []].formUnion(instances) }
        }
        return byListing.sorted { $0.key.precedes($1.key) }.map { listing, instances in
            ListedInstances(
                listing: listing,
                sopInstanceUIDs: instances.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    mutating func collect(from dataSet: DataSet) {
        for sequence in dataSet.sequences where !ReferenceSequences.isPassedOver(sequence.tag) {
            for item in sequence.items { _ = collect(item, of: sequence.tag, study: "", series: nil) }
        }
        // Selector UI Value and its like at the top level refer as in items.
        collectUIDReferences(of: dataSet)
    }

    /// Returns whether an instance is referred to in the item or below.
    private mutating func collect(_ item: DataSet, of sequence: Tag, study: String, series outer: String?) -> Bool {
        var hasInstance = false
        // In the Unassigned macros the Series UID is the source's own (E-13), not a reference.
        let own = ReferenceSequences.isUnassigned(sequence) ? nil : item.string(.seriesInstanceUID)
        let study = item.string(.studyInstanceUID) ?? study
        if let uid = item.string(.referencedSOPInstanceUID) {
            frameNumbers[uid, default: []].formUnion(item.integers(.referencedFrameNumber))
            hasInstance = true
            if let outer {
                listed[Listing(studyInstanceUID: study, seriesInstanceUID: outer), default: []].insert(uid)
            }
        }
        for nested in item.sequences where !ReferenceSequences.isPassedOver(nested.tag) {
            for child in nested.items where collect(child, of: nested.tag, study: study, series: own) {
                hasInstance = true
            }
        }
        if !hasInstance, let own { series.insert(own) }
        collectUIDReferences(of: item)
        return hasInstance
    }

    /// UIDs that name whatever they are equal to: content items of type UIDREF, Selector UI Value.
    private mutating func collectUIDReferences(of dataSet: DataSet) {
        for tag in [Tag.uid, .selectorUIValue] {
            for uid in dataSet.strings(tag) where !uid.isEmpty {
                series.insert(uid)
                frameNumbers[uid, default: []].formUnion([])
            }
        }
    }
}
