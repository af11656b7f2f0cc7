import CFuse

extension Session {
    /// Unmounts, and waits until `run` has ended, on whose thread this must not be called; a closure of `SignalThread` is right.
    ///
    /// If the mount is in use it vanishes from the tree at once and goes on for those who use it, for at most `seconds`; then
    /// their requests fail. So this returns in bounded time: false if the loop has not ended even then, because an operation of
    /// the file system does not return; the process should exit.
    /// - throws: the reasons of `Mountpoint.unmount`.
    @discardableResult
    public func unmount(within seconds: Double = 10) throws(SessionError) -> Bool {
        let (phase, mount) = state.withLock { ($0.phase, $0.mount) }
        guard phase == .mounted || phase == .running else { return true }
        // Only what is ours: another mount may lie over it, or it may be unmounted already.
        if mount == nil || mountpoint.mount == mount {
            do throws(SessionError) {
                try mountpoint.unmount()
            } catch {
                switch error.reason {
                case .busy: try mountpoint.unmount(lazily: true)
                case .notMounted: break
                default: throw error
                }
            }
        }
        if phase == .mounted, endUnserved() { return true }
        if state.wait(atMost: seconds, until: { $0.phase == .ended }) { return true }
        if let mount { Mountpoint.abortConnection(deviceMinor: mount.deviceMinor) }
        return state.wait(atMost: 2, until: { $0.phase == .ended })
    }

    /// A session that was mounted but never run has no loop that would end.
    /// False if it runs by now.
    private func endUnserved() -> Bool {
        let handle = state.withLock { state -> OpaquePointer? in
            guard state.phase == .mounted else { return nil }
            defer { state.handle = nil }
            state.phase = .ended
            return state.handle
        }
        guard let handle else { return state.withLock { $0.phase == .ended } }
        fuse_session_unmount(handle)
        fuse_session_destroy(handle)
        return true
    }
}
