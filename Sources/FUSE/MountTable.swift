import SystemPackage

/// One mount as the kernel lists it in /proc/self/mountinfo (proc_pid_mountinfo(5)).
public struct MountTableEntry: Sendable, Equatable {
    public var deviceMajor: UInt32
    public var deviceMinor: UInt32
    /// Where it is mounted: the bytes of an absolute path.
    public var mountpoint: [UInt8]
    /// For example "fuse.dicomviewfs".
    public var type: String
    /// For example the archive's path.
    public var source: String

    /// Where `source` is mounted with file system type `type`, in the order of the mounts; what is not UTF-8 is not named.
    public static func mountpoints(ofType type: String, source: String) -> [String] {
        MountTable.read().filter { $0.type == type && $0.source == source }
            .compactMap { String(validating: $0.mountpoint, as: UTF8.self) }
    }
}

/// The mounts of this process's mount namespace.
enum MountTable {
    /// All mounts, a later one over an earlier one at the same place; empty where there is no /proc.
    static func read() -> [MountTableEntry] {
        parse(contents(of: "/proc/self/mountinfo"))
    }

    /// The mount on top at `mountpoint`.
    static func mount(at mountpoint: [UInt8]) -> MountTableEntry? {
        read().last { $0.mountpoint == mountpoint }
    }

    /// Reads lines like `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`; others are passed over.
    static func parse(_ text: [UInt8]) -> [MountTableEntry] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard fields.count > 6 else { return nil }
            let device = fields[2].split(separator: UInt8(ascii: ":"))
            // Optional fields lie between the sixth field and the one that is "-".
            guard device.count == 2, let major = number(device[0]), let minor = number(device[1]),
                let dash = fields[6...].firstIndex(where: { $0.elementsEqual([UInt8(ascii: "-")]) }),
                fields.count > dash + 2
            else { return nil }
            return MountTableEntry(
                deviceMajor: major, deviceMinor: minor, mountpoint: unescaped(fields[4]),
                type: String(decoding: unescaped(fields[dash + 1]), as: UTF8.self),
                source: String(decoding: unescaped(fields[dash + 2]), as: UTF8.self))
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        UInt32(String(decoding: digits, as: UTF8.self))
    }

    /// Space, tab, newline and backslash are written as a backslash and three octal digits.
    static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count)
        var index = field.startIndex
        while index < field.endIndex {
            if field[index] == UInt8(ascii: "\\"), field.endIndex - index >= 4,
                let value = octal(field[(index + 1)..<(index + 4)])
            {
                bytes.append(value)
                index += 4
            } else {
                bytes.append(field[index])
                index += 1
            }
        }
        return bytes
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
            value = value * 8 + Int(digit - UInt8(ascii: "0"))
        }
        return UInt8(exactly: value)
    }

    private static func contents(of path: FilePath) -> [UInt8] {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return [] }
        defer { try? file.close() }
        var contents: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
        defer { piece.deallocate() }
        while let count = try? file.read(into: piece), count > 0 {
            contents.append(contentsOf: piece[..<count])
        }
        return contents
    }
}
