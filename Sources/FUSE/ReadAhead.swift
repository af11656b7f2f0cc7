import SystemPackage

/// How much the kernel reads in advance on a mount: the size of its READ requests, too.
enum ReadAhead {
    /// Raises it to `kibibytes` for the mount with this device number; false where that is not permitted (it needs root).
    ///
    /// INIT can only lower it, and sets it when it is answered; so this has an effect only later.
    static func raise(to kibibytes: Int, deviceMajor: UInt32, deviceMinor: UInt32) -> Bool {
        let path = FilePath("/sys/class/bdi/\(deviceMajor):\(deviceMinor)/read_ahead_kb")
        guard let file = try? FileDescriptor.open(path, .writeOnly, options: .closeOnExec) else { return false }
        defer { try? file.close() }
        return (try? file.writeAll("\(kibibytes)".utf8)) != nil
    }
}
