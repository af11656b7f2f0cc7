internal import Archive
internal import DICOM

/// Deflated sources that were read last, each with where it was inflated to and places to begin from again, so that a read
/// need not inflate the file from its beginning.
///
/// Beyond one request nothing of the data is held but the 32 KiB that inflating looks back on, for each of those places.
final class InflatedSources: Sendable {
    /// One stream, which one thread at a time takes.
    private final class Stream: Sendable {
        let file: SourceFile
        let row: FileRow
        let inflated: Monitor<InflatedSource?>

        init(_ file: SourceFile, _ row: FileRow, _ inflated: sending InflatedSource) {
            self.file = file
            self.row = row
            self.inflated = Monitor(inflated)
        }
    }

    private struct State {
        var streams: [Int64: (stream: Stream, lastUse: UInt64)] = [:]
        /// Counts the uses; the greatest is the latest.
        var clock: UInt64 = 0
    }

    private let state = Lock(State())
    private let archive: ArchiveDirectory
    /// How many sources are kept: up to 2 MiB each.
    private let limit: Int

    init(archive: ArchiveDirectory, limit: Int) {
        self.archive = archive
        self.limit = max(1, limit)
        archive.whenDescriptorsRunOut { [weak self] in self?.forgetAll() ?? false }
    }

    /// How many are kept now.
    var count: Int { state.withLock { $0.streams.count } }

    /// Drops all. True if there were any.
    @discardableResult
    func forgetAll() -> Bool {
        let dropped = state.withLock { state in
            defer { state.streams = [:] }
            return state.streams
        }
        return !dropped.isEmpty
    }

    /// Drops those of files that have no name any more, or other content than when they were indexed, as `SourceDescriptors` does.
    func forgetGone() {
        let kept = state.withLock { $0.streams.values.map(\.stream) }
        for stream in kept where !stream.file.isInPlace(as: stream.row) { forget(stream) }
    }

    /// Fills `buffer` from `offset` of the inflated data set of `file` on. Returns how many bytes there were.
    func read(
        _ file: SourceFile, _ row: FileRow, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(ViewError) -> Int {
        guard let offset = Int(exactly: offset) else { return 0 }
        let stream = try stream(of: file, row)
        // Waits while another thread inflates the same file: nobody could go on from where it is.
        let inflated = stream.inflated.await { inflated -> InflatedSource? in
            defer { inflated = nil }
            return inflated
        }
        do throws(ParseError) {
            let count = try inflated.read(into: buffer, at: offset)
            stream.inflated.change { $0 = inflated }
            return count
        } catch {
            // Whoever waits may have more luck; whoever comes begins again.
            forget(stream)
            stream.inflated.change { $0 = inflated }
            throw self.error(error, row)
        }
    }

    private func stream(of file: SourceFile, _ row: FileRow) throws(ViewError) -> Stream {
        let kept = state.withLock { state -> Stream? in
            guard let kept = state.streams[row.id], kept.stream.row == row else { return nil }
            state.clock &+= 1
            state.streams[row.id]?.lastUse = state.clock
            return kept.stream
        }
        if let kept { return kept }
        let made: Stream
        do throws(ParseError) {
            made = Stream(file, row, try InflatedSource(ofFile: FileByteSource(file)))
        } catch {
            throw self.error(error, row)
        }
        let dropped = state.withLock { state -> Stream? in
            state.clock &+= 1
            state.streams[row.id] = (made, state.clock)
            guard state.streams.count > limit,
                let oldest = state.streams.min(by: { $0.value.lastUse < $1.value.lastUse })
            else { return nil }
            state.streams[oldest.key] = nil
            return oldest.value.stream
        }
        // Its file is closed here, after the lock.
        withExtendedLifetime(dropped) {}
        return made
    }

    private func forget(_ stream: Stream) {
        // Its file is closed by the caller, after the lock.
        state.withLock { state in
            if state.streams[stream.row.id]?.stream === stream { state.streams[stream.row.id] = nil }
        }
    }

    private func error(_ error: ParseError, _ row: FileRow) -> ViewError {
        let path = archive.displayPath(row.path)
        if case .unreadable(let errno) = error.reason { return .sourceUnreadable(path: path, errno: errno) }
        return .sourceTooShort(path: path)
    }
}
