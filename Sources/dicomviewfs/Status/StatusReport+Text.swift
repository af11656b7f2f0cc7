import Foundation

extension StatusReport {
    /// For people.
    var text: String {
        var lines: [String] = []
        lines.append("Archive      \(archive)")
        if let mount {
            lines.append(
                "Mounted at   \(mount.mountpoint) by process \(mount.pid)\(mount.isScanning ? ", scanning" : "")")
            if let log = mount.log { lines.append("Messages     \(log)") }
        }
        lines.append("Index        \(index)")
        lines.append("Files        \(files.total), of them \(files.instances) instances of \(files.patients) patients")
        for (reason, count) in files.skippedByReason.sorted(by: { $0.key < $1.key }) {
            lines.append("  skipped    \(count) \(reason)")
        }
        if files.damaged > 0 { lines.append("  damaged    \(files.damaged) instances break off; shown as they are") }
        for name in ["default", "classic", "enhanced"] {
            guard let view = views[name] else { continue }
            lines.append("\(Self.padded(name))\(view.instances) instances, \(Self.size(view.bytes))")
            for (code, count) in view.unconverted.sorted(by: { $0.key < $1.key }) {
                lines.append("  as received \(count) \(code)")
            }
            for (code, count) in view.notes.sorted(by: { $0.key < $1.key }) {
                lines.append("  note        \(count) \(code)")
            }
        }
        for duplicate in duplicates where !duplicate.differing.isEmpty {
            lines.append("Duplicate    \(duplicate.sopInstanceUID): shown \(duplicate.shown ?? "none"), hidden:")
            lines += duplicate.differing.map { "  \($0)" }
        }
        if let mount {
            let caches =
                "\(Self.size(UInt64(clamping: mount.headerBytesInMemory))) of headers in memory, \(mount.openSources) sources open"
            lines.append("Caches       \(caches)")
            let reads = "\(Self.size(mount.bytesRead)) read, \(mount.opensPassedThrough) opens served by the kernel"
            lines.append("Served       \(reads)")
        }
        for (name, operation) in operations.sorted(by: { $0.key < $1.key }) where operation.count > 0 {
            let mean = String(format: "%.0f", operation.meanMicroseconds)
            lines.append("  \(Self.padded(name))\(operation.count) times, \(mean) µs in the mean")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(1, 13 - name.count))
    }

    static func size(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : String(format: "%.1f %@", value, units[unit])
    }
}
