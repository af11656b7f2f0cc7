import FUSE
import Glibc
import SystemPackage
import VFS

/// One directory of many files named by their numbers, made up as they are asked for.
final class NumberedFiles: FileSystem {
    let count: UInt64

    init(count: UInt64) {
        self.count = count
    }

    private func entry(_ node: NodeID) -> Entry {
        let isRoot = node == .root
        let time = Timestamp(seconds: 1_000_000_000, nanoseconds: 0)
        return Entry(
            attributes: Attributes(
                nodeID: node, kind: isRoot ? .directory : .regularFile, permissions: isRoot ? 0o555 : 0o444,
                linkCount: isRoot ? 2 : 1, uid: getuid(), gid: getgid(), size: 0, modificationTime: time,
                changeTime: time),
            timeouts: .untilNotified)
    }

    func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry {
        guard let number = UInt64(String(decoding: name, as: UTF8.self)), (1...count).contains(number) else {
            throw .noSuchFileOrDirectory
        }
        return entry(NodeID(rawValue: number + 1))
    }

    func getattr(_ node: NodeID) throws(Errno) -> Entry {
        entry(node)
    }

    func readdir(
        _ directory: NodeID, after cookie: DirectoryCookie,
        deliver: (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool
    ) throws(Errno) {
        var number = cookie
        while number < count {
            number += 1
            var name = "\(number)"
            let isTaken = name.withUTF8 { deliver($0, number, entry(NodeID(rawValue: number + 1))) }
            if !isTaken { return }
        }
    }

    func open(_ node: NodeID) throws(Errno) -> any OpenFile {
        throw .notPermitted
    }

    func parent(of directory: NodeID) throws(Errno) -> NodeID {
        .root
    }

    func statfs(_ node: NodeID) throws(Errno) -> FileSystemStatistics {
        throw .ioError
    }
}
