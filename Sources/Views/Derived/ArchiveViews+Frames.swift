public import Archive
internal import ByteLayout
internal import Conversion
internal import DICOM

// Frames of instances as instances of their own (PS3.4 Y.3.3, X-16).
extension ArchiveViews {
    /// What can be taken out of an instance. Once known it is remembered, over restarts too, and no source is opened for it.
    public func frames(of row: ViewInstanceRow) throws(ViewError) -> InstanceFrames {
        // Another program may make other bytes of the same sources.
        let key = DerivedFileKey(row, ["frames", deriver]).bytes
        if let known = derived.frames[key] { return known }
        if let stored = storedRecord(key), let frames = InstanceFrames(decoding: stored) {
            derived.frames.keep(frames, under: key, cost: frames.cost)
            return frames
        }
        let frames = try countFrames(of: row)
        derived.frames.keep(frames, under: key, cost: frames.cost)
        storeRecord(frames.encoded, key)
        return frames
    }

    private func countFrames(of row: ViewInstanceRow) throws(ViewError) -> InstanceFrames {
        let file = try header(of: row)
        guard file.pixelData != nil else { return .none }
        guard FrameExtraction.isMultiFrame(file.dataSet) else { return .itself }
        do throws(ConversionReason) {
            let extraction = try FrameExtraction(file)
            keep(extraction, file, of: row)
            var sizes: [UInt64] = []
            sizes.reserveCapacity(extraction.numberOfFrames)
            for frameNumber in 1...extraction.numberOfFrames {
                guard let list = FrameList(CollectionOfOne(frameNumber)) else { continue }
                sizes.append(try extraction.size(of: list))
            }
            return .extracted(sizes: sizes)
        } catch {
            return .refused("\(error)")
        }
    }

    /// What stat tells of the file of one frame, or of several.
    ///
    /// - Parameter frameNumbers: from 1; in any order.
    /// - Returns: nil if the instance has no such frames to give.
    public func facts(
        ofFrames frameNumbers: [Int], of row: ViewInstanceRow, _ frames: InstanceFrames
    ) throws(ViewError) -> DerivedFileFacts? {
        guard let list = FrameList(frameNumbers), list.last <= frames.count else { return nil }
        switch frames {
        case .none, .refused: return nil
        case .itself:
            return DerivedFileFacts(
                size: row.size, modificationTime: row.modificationTime, changeTime: row.changeTime)
        case .extracted(let sizes):
            let key = frameKey(list, of: row)
            if list.count == 1 { return key.facts(row, size: sizes[list.last - 1]) }
            if let size = derived.sizes[key.bytes] { return key.facts(row, size: size) }
            let extraction = try extraction(of: row)
            let size = try converting { () throws(ConversionReason) in try extraction.size(of: list) }
            derived.sizes.keep(size, under: key.bytes, cost: 160)
            return key.facts(row, size: size)
        }
    }

    /// Opens the file of these frames.
    public func open(frames frameNumbers: [Int], of row: ViewInstanceRow) throws(ViewError) -> ViewFile {
        guard let list = FrameList(frameNumbers) else { throw .notFound }
        let frames = try frames(of: row)
        guard list.last <= frames.count else { throw .notFound }
        if frames == .itself { return try open(row) }
        let key = frameKey(list, of: row).bytes
        return try open(derivedFrom: row, key: key) { (sources) throws(ViewError) in
            let extraction = try extraction(of: row)
            let file = try converting { () throws(ConversionReason) in try extraction.synthesize(list) }
            guard row.form != .asReceived else {
                return SynthesizedHeader(bytes: file.bytes, layout: file.layout, sources: sources)
            }
            let parent = try pinned(row, sources)
            defer { unpin(row) }
            let composed = try converting { () throws(ConversionReason) in
                try file.over(SynthesizedFile(bytes: parent.bytes, layout: parent.layout))
            }
            return SynthesizedHeader(narrowing: composed, sources: sources)
        }
    }

    private func converting<Result>(
        _ body: () throws(ConversionReason) -> Result
    ) throws(ViewError) -> Result {
        do throws(ConversionReason) { return try body() } catch { throw .synthesis(error) }
    }

    private func frameKey(_ list: FrameList, of row: ViewInstanceRow) -> DerivedFileKey {
        DerivedFileKey(row, ["frame", Ruleset.id] + list.frameNumbers.map { String($0) })
    }

    // MARK: Extractions

    private func extraction(of row: ViewInstanceRow) throws(ViewError) -> FrameExtraction {
        if let held = derived.extractions[extractionKey(row)] { return held }
        let file = try header(of: row)
        do throws(ConversionReason) {
            let extraction = try FrameExtraction(file)
            keep(extraction, file, of: row)
            return extraction
        } catch {
            throw .synthesis(error)
        }
    }

    private func keep(_ extraction: FrameExtraction, _ file: DICOMFile, of row: ViewInstanceRow) {
        let cost = 3 * file.dataSet.byteCount + extraction.numberOfFrames * 96
        derived.extractions.keep(extraction, under: extractionKey(row), cost: cost)
    }

    private func extractionKey(_ row: ViewInstanceRow) -> [UInt8] { DerivedFileKey(row, ["extraction"]).bytes }

    /// The header of an instance as it is in its view, whose every source was checked.
    func header(of row: ViewInstanceRow) throws(ViewError) -> DICOMFile {
        try header(of: open(row))
    }

    /// The header of an open file of a view.
    func header(of file: ViewFile) throws(ViewError) -> DICOMFile {
        let source = FileByteSource(file)
        let header: DICOMFile
        do throws(ParseError) {
            header = try DICOMFile(header: source)
        } catch {
            if let failure = source.failure { throw failure }
            throw .synthesis(ConversionReason(.damaged, tag: error.tag, "\(error)"))
        }
        // It may have been read as far as it could be.
        if let failure = source.failure { throw failure }
        return header
    }
}
