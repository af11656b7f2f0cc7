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
        let bytes = FileByteSource(source)
        do throws(ParseError) {
            let file = try DICOMFile(header: bytes)
            if let failure = bytes.failure { return .failure(.unavailable(failure)) }
            return .success(SourceInstance(file: file))
        } catch {
            // One that is the system's is not the file's.
            if let failure = bytes.failure { return .failure(.unavailable(failure)) }
            return .failure(.unusable(ConversionReason(.damaged, tag: error.tag, "\(path): \(error)")))
        }
    }
}
