import Foundation
import Testing

@testable import dicomviewfs

/// The files of `.dicomviewfs/`.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct ControlFileTests {
    /// A line of metrics that is no comment.
    private struct Sample: Hashable {
        var name: String
        var labels: [String: String] = [:]
        var value: Double
    }

    /// Reads the text format of Prometheus strictly: every sample after the HELP and TYPE of its family.
    private func samples(_ text: String) throws -> [Sample] {
        var samples: [Sample] = []
        var types: [String: String] = [:]
        var help = ""
        let sample = #/([a-z_]+)(?:\{([^}]*)\})? ([0-9.e+-]+)/#
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# HELP ") {
                help = String(line.split(separator: " ")[2])
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                #expect(words.count == 4 && words[2] == help && types[help] == nil, "\(line)")
                types[help] = String(words[3])
            } else {
                let match = try #require(try sample.wholeMatch(in: line), "\(line)")
                let name = String(match.1)
                let family = types[help] == "histogram" ? name.replacing(#/_(bucket|sum|count)$/#, with: "") : name
                #expect(family == help, "\(line)")
                var labels: [String: String] = [:]
                for pair in (match.2 ?? "").split(separator: ",") {
                    let parts = pair.split(separator: "=", maxSplits: 1)
                    labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
                }
                samples.append(Sample(name: name, labels: labels, value: try #require(Double(match.3))))
            }
        }
        #expect(text.hasSuffix("\n"))
        return samples
    }

    @Test("metrics are what Prometheus reads, and count what happened")
    func metrics() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.2")
        for slice in try fixture.dropped({ $0.contains("axial") }) { try fixture.sh("cp", slice, fixture.drop("")) }
        try fixture.sh("cp", "/etc/hostname", fixture.drop("text"))
        #expect(fixture.outcome("text") == "notDICOM")
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "enhanced").count) == 1 })
        let all = try samples(String(decoding: fixture.bytes(".dicomviewfs/metrics"), as: UTF8.self))
        func value(_ name: String, _ labels: [String: String] = [:]) throws -> Double {
            let found = all.filter { $0.name == name && $0.labels == labels }
            #expect(found.count == 1, "\(name) \(labels)")
            return try #require(found.first).value
        }
        #expect(try value("dicomviewfs_instances") == 24)
        #expect(try value("dicomviewfs_view_instances", ["view": "default"]) == 24)
        #expect(try value("dicomviewfs_view_instances", ["view": "enhanced"]) == 1)
        #expect(try value("dicomviewfs_imports_total", ["outcome": "stored"]) == 24)
        #expect(try value("dicomviewfs_dropped_names", ["outcome": "notDICOM"]) == 1)
        let duration = "dicomviewfs_operation_duration_seconds"
        #expect(try value("\(duration)_count", ["operation": "create"]) == 25)
        #expect(try value("dicomviewfs_written_bytes_total") > 24 * 33_000)
        for name in ["settling_patients", "unsettled_patients", "open_writers", "unread", "scanning"] {
            #expect(try value("dicomviewfs_\(name)") == 0)
        }
        for operation in ["lookup", "write", "create"] {
            let buckets = all.filter { $0.name == "\(duration)_bucket" && $0.labels["operation"] == operation }
            #expect(buckets.count == 16 && buckets.last?.labels["le"] == "+Inf")
            #expect(buckets.map(\.value) == buckets.map(\.value).sorted())
            #expect(try buckets.last?.value == value("\(duration)_count", ["operation": operation]))
        }
        let text = try fixture.mounts.run("status", fixture.mountpoint).output
        #expect(text.contains("99 % in less than"))
        try fixture.unmount()
    }

    @Test("unconverted.tsv names every instance that stands as received, with path and reason; read in pieces too")
    func unconverted() throws {
        let fixture = try MountFixture()
        // More than a page of slices that are no part of a combined image.
        let slice = try Data(contentsOf: URL(filePath: "\(fixture.archive)/ct/axial/IM1"))
        let uid = Data("2.25.".utf8)
        let place = try #require(slice.range(of: uid))
        try FileManager.default.createDirectory(atPath: "\(fixture.archive)/broken", withIntermediateDirectories: true)
        var count = 0
        for number in 100..<370 {
            var copy = slice.dropLast(100)
            // Every occurrence of the SOP Instance UID gets other digits.
            let end =
                copy[place.lowerBound...].firstIndex { $0 != 0x2E && !(0x30...0x39).contains($0) } ?? place.upperBound
            let old = copy[place.lowerBound..<end]
            var new = old
            new.replaceSubrange(new.startIndex + 6..<new.startIndex + 9, with: Data("\(number)".utf8))
            while let next = copy.range(of: old) { copy.replaceSubrange(next, with: new) }
            try copy.write(to: URL(filePath: "\(fixture.archive)/broken/tab\there \(number)"))
            count += 1
        }
        try fixture.mount()
        let report = try fixture.status()
        let total = report.views.values.flatMap(\.unconverted.values).reduce(0, +)
        #expect(total >= count)
        let text = String(decoding: try fixture.bytes(".dicomviewfs/unconverted.tsv"), as: UTF8.self)
        let lines = text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines.first == ["view", "sop_instance_uid", "path", "reason", "tag", "detail"])
        #expect(lines.count == total + 1 && lines.allSatisfy { $0.count == 6 })
        #expect(Set(lines.dropFirst().map { "\($0[0]) \($0[1])" }).count == total)
        #expect(Set(lines.dropFirst().map { $0[3] }) == Set(report.views.values.flatMap(\.unconverted.keys)))
        #expect(lines.contains { $0[2] == "\(fixture.archive)/broken/tab\\there 100" })
        // Backwards, in odd pieces: the same bytes.
        let file = open("\(fixture.mountpoint)/.dicomviewfs/unconverted.tsv", O_RDONLY)
        defer { close(file) }
        let bytes = [UInt8](text.utf8)
        var buffer = [UInt8](repeating: 0, count: 9973)
        for start in stride(from: 0, to: bytes.count, by: 9973).reversed() {
            let end = min(start + 9973, bytes.count)
            #expect(pread(file, &buffer, 9973, off_t(start)) == end - start)
            #expect(buffer[..<(end - start)] == bytes[start..<end])
        }
        #expect(pread(file, &buffer, 9973, off_t(bytes.count)) == 0)
        close(file)
        try fixture.unmount()
    }

    @Test("pid names the process that serves the mount")
    func pid() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        #expect(String(decoding: try fixture.bytes(".dicomviewfs/pid"), as: UTF8.self) == "\(try fixture.pid())\n")
        try fixture.unmount()
    }

    @Test("a journal that cannot be read is said in status and log, and the rest of status and metrics is there")
    func damagedJournal() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        try fixture.unmount()
        let journal = "\(fixture.archive)/.dicomviewfs/imports.sqlite"
        func python(_ text: String) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = ["-c", text, journal]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        // More folders in import/ than SQLite has pages in memory ...
        try python(
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1])
            columns = {row[1]: 0 for row in c.execute("PRAGMA table_info(name)") if row[3]}
            columns.update(parent=2, kind=1, mode=0o755, sop_instance_uid="", detail="x" * 200)
            for number in range(20000):
                columns.update(id=100 + number, name=b"%d" % number)
                c.execute(f"INSERT INTO name ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})", list(columns.values()))
            c.commit()
            """)
        try fixture.mount()
        // ... of which those with the rows are spoilt, but not those by which names are found.
        try python(
            """
            import sys
            with open(sys.argv[1], "r+b") as file:
                while page := file.read(4096):
                    if b"x" * 200 in page:
                        file.seek(-4096, 1)
                        file.write(b"Z" * 4096)
            """)
        for _ in 0..<3 {
            let report = try fixture.status()
            #expect(report.importFault?.contains("imports.sqlite") == true && report.fault == nil)
            #expect(report.views["default"]?.instances == 42)
            let all = try samples(String(decoding: fixture.bytes(".dicomviewfs/metrics"), as: UTF8.self))
            #expect(all.contains { $0.name == "dicomviewfs_view_instances" })
            #expect(all.contains { $0.name == "dicomviewfs_operation_duration_seconds_count" })
        }
        let log = try #require(try fixture.status().mount?.log)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.filter { $0.contains("imports.sqlite") }.count == 1, "\(lines)")
        try fixture.run("unmount", fixture.mountpoint)
    }

    @Test("imports.tsv lists every judged name, more than a page of them, with outcome, UID, path, reason and time")
    func imports() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.2")
        for number in 0..<260 {
            try Data("text \(number)".utf8).write(
                to: URL(filePath: fixture.drop("text \(number)")), options: .withoutOverwriting)
        }
        let slice = try fixture.dropped { $0.contains("axial") }[0]
        try fixture.sh("cp", slice, fixture.drop("tab\tname"))
        #expect(fixture.outcome("tab\\tname") == "stored")
        let lines = try fixture.lines(of: "imports.tsv")
        #expect(lines.first == ["name", "outcome", "sop_instance_uid", "stored_path", "reason", "time"])
        #expect(lines.count == 262 && lines.allSatisfy { $0.count == 6 })
        let stored = try #require(lines.first { $0[1] == "stored" })
        #expect(stored[0] == "import/tab\\tname" && stored[2].hasPrefix("2.25."))
        #expect(try Data(contentsOf: URL(filePath: stored[3])) == Data(contentsOf: URL(filePath: slice)))
        #expect(stored[4].isEmpty)
        let time = try #require(try? Date(stored[5], strategy: .iso8601))
        #expect(abs(time.timeIntervalSinceNow) < 300)
        #expect(lines.dropFirst().filter { $0[1] == "notDICOM" && !$0[4].isEmpty && $0[3].isEmpty }.count == 260)
        try fixture.unmount()
        try fixture.mount("-o", "ro")
        #expect(try fixture.lines(of: "imports.tsv").count == 1)
        try fixture.unmount()
    }
}
