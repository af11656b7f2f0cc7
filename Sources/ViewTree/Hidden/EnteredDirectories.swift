import Archive

/// Of which series and instances the kernel may know hidden nodes, so that it can be told when they change. A few bytes for each that
/// was ever entered.
final class EnteredDirectories: Sendable {
    private struct State {
        /// The id of `.frames` by the node id of a series.
        var series: [UInt64: HiddenNodeID] = [:]
        /// By the node id of an instance: the id of its directory, and how many frames have been told of.
        var instances: [UInt64: (id: HiddenNodeID, frameCount: Int)] = [:]
    }

    private let state = Lock(State())

    func enter(series: UInt64, _ id: HiddenNodeID) {
        state.withLock { $0.series[series] = id }
    }

    func enter(instance: UInt64, _ id: HiddenNodeID, frameCount: Int) {
        state.withLock { state in
            let known = state.instances[instance]?.frameCount ?? 0
            state.instances[instance] = (id, max(known, frameCount))
        }
    }

    /// The ids of `.frames` and `.metadata` of a series, if anybody was in there.
    func directories(ofSeries series: UInt64) -> (frames: UInt64, metadata: UInt64)? {
        state.withLock { $0.series[series] }.map { id in
            var metadata = id
            metadata.member = .metadata
            return (id.rawValue, metadata.rawValue)
        }
    }

    /// The ids of the directory of an instance's frames, and of the files that are made of it.
    func nodes(ofInstance instance: UInt64) -> (directory: UInt64, files: [UInt64])? {
        state.withLock { $0.instances[instance] }.map { entered in
            var id = entered.id
            id.member = .metadata
            var files = [id.rawValue]
            for frameNumber in 0..<min(entered.frameCount, HiddenNodeID.lastFrameNumber) {
                id.member = .frame(frameNumber + 1)
                files.append(id.rawValue)
            }
            return (entered.id.rawValue, files)
        }
    }
}
