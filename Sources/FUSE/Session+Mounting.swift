import CFuse
import Glibc
import SystemPackage

extension Session {
    /// Mounts. Requests wait until `run` serves them, so do not touch the mountpoint before.
    /// - throws: `.wrongPhase`; the mountpoint's reasons; `.deviceMissing`, `.deviceInaccessible`, `.fusermountMissing`,
    ///   `.allowOtherRefused`; `.mountRefused` with libfuse's words for anything else.
    public func mount() throws(SessionError) {
        guard state.withLock({ $0.phase == .new }) else { throw SessionError(.wrongPhase, at: mountpoint.path) }
        try mountpoint.check()
        try checkDevice()
        LibraryMessages.deliver(to: log)
        guard let handle = newHandle() else { throw refusal() }
        guard fuse_session_mount(handle, mountpoint.path) == 0 else {
            fuse_session_destroy(handle)
            throw refusal()
        }
        server.passthrough.connect(device: fuse_session_fd(handle))
        if !PassthroughReplies.install(in: handle) {
            log(.debug, "Files are copied through the daemon: libfuse takes no hooks")
        }
        let mount = mountpoint.mount
        state.announce { state in
            state.handle = handle
            state.mount = mount
            state.phase = .mounted
        }
    }

    private func newHandle() -> OpaquePointer? {
        let words = ["dicomviewfs", "-o", server.options.argument]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var table = Operations.table(server.options)
        // The session keeps the server, and outlives the handle.
        let context = Unmanaged.passUnretained(server).toOpaque()
        return cfuse_session_new(Int32(arguments.count), &arguments, &table, context)
    }

    private func checkDevice() throws(SessionError) {
        do {
            let device = try FileDescriptor.open("/dev/fuse", .readWrite, options: .closeOnExec)
            try device.close()
        } catch let error as Errno {
            let isMissing =
                error == .noSuchFileOrDirectory || error.rawValue == ENODEV || error == .noSuchAddressOrDevice
            throw SessionError(isMissing ? .deviceMissing : .deviceInaccessible(error), at: mountpoint.path)
        } catch {
            throw SessionError(.deviceMissing, at: mountpoint.path)
        }
        if geteuid() != 0, !Fusermount.isInstalled { throw SessionError(.fusermountMissing, at: mountpoint.path) }
    }

    private func refusal() -> SessionError {
        let words = LibraryMessages.recent.joined(separator: "; ")
        // fusermount3 says why on stderr, past libfuse's messages.
        let isAllowOther = server.options.allowOther && geteuid() != 0 && !Self.allowsOthers
        return SessionError(isAllowOther ? .allowOtherRefused : .mountRefused(words), at: mountpoint.path)
    }

    /// Whether the machine lets users other than root say allow_other.
    private static var allowsOthers: Bool {
        guard let file = fopen("/etc/fuse.conf", "re") else { return false }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) >= 0 {
            guard let line else { return false }
            let text = String(cString: line)
            if text.split(whereSeparator: \.isWhitespace).first == "user_allow_other" { return true }
        }
        return false
    }
}
