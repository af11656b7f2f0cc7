public import Archive
internal import ByteLayout
internal import Conversion
internal import DICOM

// Instances without their bulk data, in the DICOM JSON Model (PS3.18 Annex F, X-20).
extension ArchiveViews {
    /// What stat tells of the metadata of an instance.
    ///
    /// - Parameter bulkDataURI: what names the instance's file, relative to where the metadata will be.
    public func metadataFacts(of row: ViewInstanceRow, bulkDataURI: String) throws(ViewError) -> DerivedFileFacts {
        let key = metadataKey(row, bulkDataURI)
        // Another program may make other bytes of the same sources.
        let record = DerivedFileKey(row, ["metadata size", deriver, bulkDataURI]).bytes
        if let size = derived.sizes[key.bytes] { return key.facts(row, size: size) }
        if let stored = storedRecord(record), stored.count == 8 {
            let size = stored.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            derived.sizes.keep(size, under: key.bytes, cost: 160)
            return key.facts(row, size: size)
        }
        // Whoever asks for the size is likely to read it: the text stays among the headers in memory while there is room.
        let size = try openMetadata(of: row, bulkDataURI: bulkDataURI).size
        derived.sizes.keep(size, under: key.bytes, cost: 160)
        storeRecord(withUnsafeBytes(of: size.littleEndian) { Array($0) }, record)
        return key.facts(row, size: size)
    }

    /// Opens the metadata of an instance.
    public func openMetadata(of row: ViewInstanceRow, bulkDataURI: String) throws(ViewError) -> ViewFile {
        try open(derivedFrom: row, key: metadataKey(row, bulkDataURI).bytes) { (_) throws(ViewError) in
            let text = JSONModelWriter.json(of: try header(of: row), bulkDataURI: bulkDataURI)
            var layout = Layout()
            layout.append(length: UInt64(text.count), from: .synthesized(offset: 0))
            return SynthesizedHeader(bytes: text, layout: layout, sources: [])
        }
    }

    private func metadataKey(_ row: ViewInstanceRow, _ bulkDataURI: String) -> DerivedFileKey {
        DerivedFileKey(row, ["metadata", Ruleset.id, bulkDataURI])
    }
}
