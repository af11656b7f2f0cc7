import Archive
import CLinux
import Foundation
import Synchronization
import ViewTree
import Views

/// Writes the tree of a view to disk.
struct Export {
    let archive: OpenArchive
    let cancellation: ScanCancellation
    let display: any ProgressSink

    struct Count: Sendable {
        var files = 0
        var bytes: UInt64 = 0
        /// What could not be read.
        var failures: [String] = []
    }

    private struct State {
        var done = Count()
        var failure: Failure?
    }

    private final class Tally: Sendable {
        let state = Mutex(State())
    }

    /// - Returns: What was written.
    func run(_ view: ViewCode, to destination: String) throws -> Count {
        let total = try archive.index.read { (snapshot) throws(IndexError) in try snapshot.viewCounts(view).bytes }
        let name = Array(TreeName.name(of: view).utf8)
        let root = try archive.index.read { (snapshot) throws(IndexError) in try snapshot.child(of: 1, name: name) }
        guard let root else { return Count() }
        let tally = Tally()
        try write(root, to: destination, total: total, tally)
        return tally.state.withLock { $0.done }
    }

    private func write(_ directory: NodeRow, to path: String, total: UInt64, _ tally: Tally) throws {
        let children = try archive.index.read { (snapshot) throws(IndexError) in try snapshot.children(of: directory.id)
        }
        let directories = children.filter { $0.viewInstanceID == nil }
        for child in directories {
            let below = "\(path)/\(String(decoding: child.name, as: UTF8.self))"
            try makeDirectory(below)
            try write(child, to: below, total: total, tally)
        }
        let files = children.filter { $0.viewInstanceID != nil }
        try writeFiles(files, to: path, total: total, tally)
        // After its entries, which change it.
        setTimes(directory.modificationTime, of: path)
    }

    /// A link that lies there already may lead anywhere.
    private func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o777) == 0 { return }
        guard errno == EEXIST else { throw refused(path) }
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
            throw Failure("\(path): there is something that is no directory; remove it", .cannotCreate)
        }
    }

    private func writeFiles(_ files: [NodeRow], to path: String, total: UInt64, _ tally: Tally) throws {
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            if cancellation.isCancelled { return }
            let file = files[index]
            do {
                try write(file, to: "\(path)/\(String(decoding: file.name, as: UTF8.self))")
                let done = tally.state.withLock { state in
                    state.done.files += 1
                    state.done.bytes += file.size
                    return state.done
                }
                let fraction = total == 0 ? 1 : min(1, Double(done.bytes) / Double(total))
                let detail = "\(done.files) files, \(StatusReport.size(done.bytes))"
                display.show(Progress(stage: "Writing", fraction: fraction, detail: detail))
            } catch let error as ViewError {
                // One bad file is no reason to leave out the rest.
                tally.state.withLock { $0.done.failures.append(Failure(error).message) }
            } catch {
                tally.state.withLock { if $0.failure == nil { $0.failure = Failure(error) } }
                cancellation.cancel()
            }
        }
        if let failure = tally.state.withLock({ $0.failure }) { throw failure }
        if cancellation.isCancelled {
            throw Failure("interrupted; delete what was written, or run it again with --overwrite", .interrupted)
        }
    }

    private func write(_ file: NodeRow, to path: String) throws {
        let row = try archive.index.read { (snapshot) throws(IndexError) in
            try file.viewInstanceID.flatMap { (id) throws(IndexError) in try snapshot.viewInstance(id: id) }
        }
        guard let row else { return }
        let source = try archive.views.open(row)
        // Whole or not there: it gets its name when it is.
        let partial = path + ".partial"
        let target = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard target >= 0 else { throw refused(partial) }
        do {
            defer { close(target) }
            try copy(source, to: target, partial)
        } catch {
            unlink(partial)
            throw error
        }
        setTimes(file.modificationTime, of: partial)
        guard rename(partial, path) == 0 else { throw refused(path) }
    }

    private func copy(_ source: ViewFile, to target: Int32, _ path: String) throws {
        var offset: UInt64 = 0
        if let descriptor = source.identicalDescriptor {
            // Within one file system no byte is moved where it shares blocks.
            var position: Int64 = 0
            while offset < source.size {
                let count = clinux_copy_file_range(
                    descriptor, &position, target, Int(clamping: source.size - offset))
                if count <= 0 { break }
                offset += UInt64(count)
            }
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while offset < source.size {
            let count = try source.read(into: buffer, at: offset)
            guard count > 0 else { throw ViewError.sourceTooShort(path: path) }
            var written = 0
            while written < count {
                let result = Foundation.write(target, buffer.baseAddress.map { $0 + written }, count - written)
                guard result > 0 else { throw refused(path) }
                written += result
            }
            offset += UInt64(count)
        }
    }

    private func setTimes(_ time: FileTime, of path: String) {
        let spec = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        var times = (spec, spec)
        withUnsafePointer(to: &times) { pointer in
            pointer.withMemoryRebound(to: timespec.self, capacity: 2) { _ = utimensat(AT_FDCWD, path, $0, 0) }
        }
    }

    private func refused(_ path: String) -> Failure {
        let reason = errno
        return Failure("\(path): \(String(cString: strerror(reason)))", reason == ENOSPC ? .inputOutput : .cannotCreate)
    }
}
