internal import Archive
internal import Conversion
internal import DICOM

/// Reads the headers that synthesis works on.
struct SourceLoading: Sendable {
    let archive: ArchiveDirectory

    /// The headers of `files`, read side by side.
    ///
    /// - Throws: naming the file at fault by its position, so that the others can be planned without it.
    func load(_ files: [FileRow]) throws(SynthesisFailure) -> [SourceInstance] {
        let results = concurrentMap(count: files.count) { load(files[$0]) }
        var instances: [SourceInstance] = []
        instances.reserveCapacity(results.count)
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let instance): instances.append(instance)
            case .failure(let reason): throw SynthesisFailure(source: index, reason: reason)
            }
        }
        return instances
    }

    private func load(_ row: FileRow) -> Result<SourceInstance, ConversionReason> {
        let path = archive.displayPath(row.path)
        do {
            // A file of its own, not one of those kept open: a walk over thousands would only drive out what is in use.
            let source = try SourceFile(row, in: archive)
            return .success(SourceInstance(file: try DICOMFile(header: SourceByteSource(file: source))))
        } catch let error as StoreError {
            return .failure(ConversionReason(.damaged, "\(error)"))
        } catch let error as ParseError {
            return .failure(ConversionReason(.damaged, tag: error.tag, "\(path): \(error)"))
        } catch {
            return .failure(ConversionReason(.damaged, path))
        }
    }
}

/// An opened source as the bytes that the DICOM reader asks for.
private struct SourceByteSource: ByteSource {
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
