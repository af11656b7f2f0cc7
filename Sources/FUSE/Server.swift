import CFuse
import Glibc
import SystemPackage
import VFS

/// What libfuse's callbacks reach: the file system, the files it has open, and the counters.
final class Server: Sendable {
    let fileSystem: any FileSystem
    let options: SessionOptions
    let statistics = OperationStatistics()
    let passthrough: Passthrough
    let openFiles: OpenFileTable
    let changingFiles = ChangingFiles()
    let readingTurn = ReadingTurn()

    init(fileSystem: any FileSystem, options: SessionOptions, log: @escaping MessageSink) {
        self.fileSystem = fileSystem
        self.options = options
        passthrough = Passthrough(log: log)
        openFiles = OpenFileTable(passthrough: passthrough)
    }

    static func of(userdata: UnsafeMutableRawPointer?) -> Server? {
        guard let userdata else { return nil }
        return Unmanaged<Server>.fromOpaque(userdata).takeUnretainedValue()
    }

    /// Runs one operation and counts it. `body` replies, and returns the errno that it replied with.
    @inline(__always)
    static func serve(
        _ request: fuse_req_t?, _ operation: Operation, _ body: (_ server: Server, _ request: fuse_req_t) -> Int32
    ) {
        guard let request, let userdata = fuse_req_userdata(request) else { return }
        // The session keeps the server for as long as the loop runs: no reference is counted here.
        Unmanaged<Server>.fromOpaque(userdata)._withUnsafeGuaranteedRef { server in
            let start = OperationStatistics.now()
            let failure = body(server, request)
            server.statistics.count(operation, nanoseconds: OperationStatistics.now() &- start, failed: failure != 0)
        }
    }

    /// Replies with an error and returns it.
    static func reply(_ request: fuse_req_t, _ error: Errno) -> Int32 {
        // 0 would be success.
        let number = error.rawValue > 0 ? error.rawValue : EIO
        fuse_reply_err(request, number)
        return number
    }
}
