internal import DICOM

/// Finds what a data set refers to, at any depth.
struct ReferenceCollector {
    private var frameNumbers: [String: Set<Int>] = [:]
    private var series: Set<String> = []

    var references: [InstanceReference] {
        frameNumbers.map { InstanceReference(sopInstanceUID: $0.key, frameNumbers: $0.value.sorted()) }
            .sorted { $0.sopInstanceUID.utf8.lexicographicallyPrecedes($1.sopInstanceUID.utf8) }
    }

    var seriesReferences: [String] {
        series.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    mutating func collect(from dataSet: DataSet) {
        for sequence in dataSet.sequences where !Self.isPassedOver(sequence.tag) {
            for item in sequence.items { _ = collect(item, of: sequence.tag) }
        }
        // Selector UI Value and its like at the top level refer as in items.
        collectUIDReferences(of: dataSet)
    }

    /// Returns whether an instance is referred to in the item or below.
    private mutating func collect(_ item: DataSet, of sequence: Tag) -> Bool {
        var hasInstance = false
        if let uid = item.string(Tag(0x0008, 0x1155)) {
            frameNumbers[uid, default: []].formUnion(item.integers(Tag(0x0008, 0x1160)))
            hasInstance = true
        }
        for nested in item.sequences where !Self.isPassedOver(nested.tag) {
            for child in nested.items where collect(child, of: nested.tag) { hasInstance = true }
        }
        // In the Unassigned macros the Series UID is the source's own (E-13), not a reference.
        if !hasInstance, sequence != Tag(0x0020, 0x9170), sequence != Tag(0x0020, 0x9171),
            let uid = item.string(Tag(0x0020, 0x000E))
        {
            series.insert(uid)
        }
        collectUIDReferences(of: item)
        return hasInstance
    }

    /// UIDs that name whatever they are equal to: content items of type UIDREF, Selector UI Value.
    private mutating func collectUIDReferences(of dataSet: DataSet) {
        for tag in [Tag(0x0040, 0xA124), Tag(0x0072, 0x007F)] {
            for uid in dataSet.strings(tag) where !uid.isEmpty {
                series.insert(uid)
                frameNumbers[uid, default: []].formUnion([])
            }
        }
    }

    /// What is never rewritten (R-4, G-10): sources of conversion, history, and things that are no instances (Study,
    /// Performed Procedure Step, Patient, Visit).
    private static func isPassedOver(_ tag: Tag) -> Bool {
        switch tag.rawValue {
        case 0x0020_9172, 0x0400_0561, 0x0008_1110, 0x0008_1111, 0x0008_1120, 0x0008_1125, 0xFFFA_FFFA, 0x4FFE_0001:
            true
        default: false
        }
    }
}
