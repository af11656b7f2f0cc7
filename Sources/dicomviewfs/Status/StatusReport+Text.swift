import Archive
import Conversion
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
        if let fault {
            lines.append("  FAULT      \(fault)")
            return Self.joined(lines)
        }
        lines.append(
            "Files        \(files.total), of them \(Counted.instances(files.instances)) of \(Counted.patients(files.patients))"
        )
        for (reason, count) in files.skippedByReason.sorted(by: { $0.key < $1.key }) {
            lines.append("  skipped    \(count): \(Reasons.sentence(skipped: reason)) (\(reason))")
            lines += listed(files.skipped.filter { $0.reason == reason }, of: count) { file in
                SkipReason.Code(rawValue: reason) == .unreadable ? "\(file.path): \(file.detail)" : file.path
            }
        }
        if files.damaged > 0 {
            lines.append("  damaged    \(Counted.instances(files.damaged)) broken off; shown as they are")
            lines += listed(files.damagedFiles, of: files.damaged) { "\($0.path): \($0.detail)" }
        }
        if let unread = mount?.unread, !unread.isEmpty {
            lines.append("  unread     \(unread.count)")
            lines += listed(unread, of: unread.count) { $0 }
        }
        for name in ["default", "classic", "enhanced"] {
            guard let view = views[name] else { continue }
            lines.append("\(Self.padded(name))\(Counted.instances(view.instances)), \(Self.size(view.bytes))")
            for (code, count) in view.unconverted.sorted(by: { $0.key < $1.key }) {
                lines.append("  as received \(count): \(Reasons.sentence(unconverted: code)) (\(code))")
                let files = unconverted.filter { $0.view == name && $0.code == code }
                lines += listed(files, of: count) { file in
                    "\(file.path ?? file.sopInstanceUID) \(file.reason.dropFirst(code.count))"
                        .replacing("  ", with: " ")
                }
            }
            for (code, count) in view.notes.sorted(by: { $0.key < $1.key }) {
                lines.append("  note        \(count): \(Reasons.sentence(unconverted: code)) (\(code))")
                if code == ConversionReason.Code.copyNotShown.rawValue {
                    lines += listed(copies.filter { $0.view == name }, of: count) { $0.path }
                    continue
                }
                let noted = notes.first { $0.view == name && $0.code == code }?.noted ?? []
                lines += listed(noted, of: count) {
                    [$0.path ?? $0.sopInstanceUID, $0.detail].filter { !$0.isEmpty }.joined(separator: " ")
                }
            }
        }
        for duplicate in duplicates where !duplicate.differing.isEmpty {
            lines.append("Duplicate    \(duplicate.sopInstanceUID): shown \(duplicate.shown ?? "none"), hidden:")
            lines += duplicate.differing.map { "  \($0)" }
        }
        if let imports { lines += text(of: imports) }
        if let importFault { lines.append("Imports      FAULT  \(importFault)") }
        lines += settlingLines
        if let mount {
            let caches =
                "\(Self.size(UInt64(clamping: mount.headerBytesInMemory))) of headers in memory, \(mount.openSources) sources open"
            lines.append("Caches       \(caches)")
            let reads =
                "\(Self.size(mount.bytesRead)) read, \(Self.size(mount.bytesWritten)) written, "
                + "\(mount.opensPassedThrough) opens served by the kernel"
            lines.append("Served       \(reads)")
        }
        for (name, operation) in operations.sorted(by: { $0.key < $1.key }) where operation.count > 0 {
            let mean = String(format: "%.0f", operation.meanMicroseconds)
            let most = operation.microseconds(of: 0.99).map { "99 % in less than \($0) µs" } ?? "some over 16 ms"
            let failures = operation.failures > 0 ? ", \(operation.failures) with an error" : ""
            lines.append(
                "  \(Self.padded(name))\(operation.count) times, \(mean) µs in the mean, \(most)\(failures)")
        }
        return Self.joined(lines)
    }

    private static func joined(_ lines: [String]) -> String {
        lines.map { Printable.line($0) + "\n" }.joined()
    }

    private func text(of imports: Imports) -> [String] {
        let counts = imports.names.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let open = imports.names["", default: 0]
        let parts = counts + (open > 0 ? ["\(open) not judged yet"] : [])
        var lines = ["Imports      " + (parts.isEmpty ? "none" : parts.joined(separator: ", "))]
        if let count = imports.waitingForScan, count > 0 {
            lines.append("  waiting     \(Counted.files(count)), until the archive has been looked through")
        }
        if let count = imports.waitingForRoom, count > 0 {
            lines.append("  waiting     \(Counted.files(count)), for room on the disk")
        }
        for outcome in Set(imports.notStored.map(\.outcome)).sorted() {
            let count = imports.names[outcome, default: 0]
            lines.append("  not stored  \(Counted.files(count)) (\(outcome))")
            let files = imports.notStored.filter { $0.outcome == outcome }
            lines += listed(files, of: count) { "\($0.name): \($0.reason)" }
        }
        return lines
    }

    /// The first of what a line counted, a line each.
    func listed<Item>(_ items: [Item], of count: Int, _ text: (Item) -> String) -> [String] {
        let limit = 10
        let lines = items.prefix(limit).map { "      \(text($0))" }
        return count > limit ? lines + ["      and \(count - limit) more; --json names them"] : lines
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
