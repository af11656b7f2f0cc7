internal import Archive
internal import Conversion
internal import DICOM

/// Reads the headers that synthesis works on.
struct SourceLoading: Sendable {
    let archive: ArchiveDirectory
    /// Headers that were read a moment ago.
    var scanned: ScannedHeaders?

    /// The headers of `files`, read side by side.
    ///
    /// - Throws: naming every file at fault by its position, so that the others can be planned without them.
    func load(_ files: [FileRow]) throws(DerivationFailure) -> [SourceInstance] {
        let results = concurrentMap(count: files.count) { load(files[$0]) }
        var instances: [SourceInstance] = []
        instances.reserveCapacity(results.count)
        var faults: [Int: SourceFault] = [:]
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let instance): instances.append(instance)
            case .failure(let fault): faults[index] = fault
            }
        }
        if !faults.isEmpty { throw .sources(faults) }
        return instances
    }

    private func load(_ row: FileRow) -> Result<SourceInstance, SourceFault> {
        if let file = scanned?[row.facts] { return .success(SourceInstance(file: file)) }
        let path = archive.displayPath(row.path)
        let source: SourceFile
        do throws(StoreError) {
            // A file of its own, not one of those kept open: a walk over thousands would only drive out what is in use.
            source = try SourceFile(row, in: archive)
        } catch {
            return .failure(.unavailable(ViewError(error)))
        }
        do throws(ParseError) {
            let file = try DICOMFile(header: SourceByteSource(file: source))
            if let damage = file.damage, let fault = Self.refusal(damage, path) { return .failure(fault) }
            return .success(SourceInstance(file: file))
        } catch {
            return .failure(
                Self.refusal(error, path) ?? .unusable(ConversionReason(.damaged, tag: error.tag, "\(path): \(error)")))
        }
    }

    /// Of an error that is the system's, not the file's.
    private static func refusal(_ error: ParseError, _ path: String) -> SourceFault? {
        guard case .unreadable(let errno) = error.reason else { return nil }
        return .unavailable(.sourceUnreadable(path: path, errno: errno))
    }
}

/// An opened source as the bytes that the DICOM reader asks for.
struct SourceByteSource: ByteSource {
    let file: SourceFile

    var size: Int { Int(clamping: file.size) }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        do throws(StoreError) {
            return try file.read(into: buffer, at: UInt64(clamping: offset))
        } catch {
            let errno: Int32 = if case .unreadable(_, let errno) = error { errno } else { 0 }
            throw ParseError(.unreadable(errno: errno), offset: offset)
        }
    }
}
