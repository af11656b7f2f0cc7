internal import Archive
internal import DICOM

/// The headers that a scan has just read, so that the settling after it need not read them again.
///
/// Bounded: when there are more than fit, the first are kept, for those are settled first too. A header is found by what
/// `stat` said of its file, inode and change time included, so that never the header of another state is taken.
final class ScannedHeaders: Sendable {
    private struct State {
        var headers: [FileFacts: DICOMFile] = [:]
        var byteCount = 0
    }

    /// Bytes of headers that are kept at most.
    let limit: Int
    private let state = Lock(State())

    init(limit: Int) {
        self.limit = limit
    }

    func keep(_ file: DICOMFile, of facts: FileFacts) {
        let byteCount = file.dataSet.byteCount + file.fileMeta.byteCount
        state.withLock { state in
            guard state.byteCount + byteCount <= limit, state.headers[facts] == nil else { return }
            state.headers[facts] = file
            state.byteCount += byteCount
        }
    }

    subscript(facts: FileFacts) -> DICOMFile? {
        state.withLock { $0.headers[facts] }
    }

    /// Gives up all of them: settling is over.
    func removeAll() {
        let dropped = state.withLock { state in
            defer { state = State() }
            return state.headers
        }
        withExtendedLifetime(dropped) {}
    }
}
