import Archive
import FUSE
import ViewTree

/// What `.dicomviewfs/metrics` holds: counts and latencies in the text format of Prometheus (version 0.0.4).
struct Metrics {
    private(set) var bytes: [UInt8] = []

    private enum Kind: String {
        /// Only grows while the mount lasts.
        case counter
        case gauge
        case histogram
    }

    private mutating func describe(_ name: String, _ kind: Kind, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    private mutating func add(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: String) {
        bytes += name.utf8
        if !labels.isEmpty {
            bytes += "{\(labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ","))}".utf8
        }
        bytes += " \(value)\n".utf8
    }

    /// One number without labels.
    private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
        describe(name, kind, help)
        add(name, [:], "\(value)")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    // MARK: What the index says

    mutating func add(_ archive: OpenArchive) throws(IndexError) {
        describe("dicomviewfs_info", .gauge, "What is mounted, and by which version; always 1.")
        add(
            "dicomviewfs_info",
            [
                "version": DicomViewFS.version, "ruleset": archive.directory.identity.ruleset,
                "archive_id": archive.directory.identity.archiveID,
            ], "1")
        // Whole or not at all.
        let beginning = self
        self = try archive.index.read { (snapshot) throws(IndexError) in
            var metrics = beginning
            try metrics.add(snapshot)
            return metrics
        }
    }

    private mutating func add(_ snapshot: IndexSnapshot) throws(IndexError) {
        let counts = try snapshot.archiveCounts()
        add("dicomviewfs_files", .gauge, "Files of the archive.", counts.files)
        add(
            "dicomviewfs_instances", .gauge, "Instances of the archive, one for each SOP Instance UID.",
            counts.instances)
        add("dicomviewfs_duplicate_files", .gauge, "Files whose instance another file is shown for.", counts.duplicates)
        add("dicomviewfs_damaged_instances", .gauge, "Instances whose data set breaks off.", counts.damaged)
        add("dicomviewfs_patients", .gauge, "Patients of the archive.", counts.patients)
        describe("dicomviewfs_skipped_files", .gauge, "Files that are no instance, by reason.")
        for (reason, count) in try snapshot.skippedFileCounts().sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            add("dicomviewfs_skipped_files", ["reason": reason.rawValue], "\(count)")
        }
        let views = try ViewCode.allCases.map { (view) throws(IndexError) in
            (view, TreeName.name(of: view), try snapshot.viewCounts(view))
        }
        describe("dicomviewfs_view_instances", .gauge, "Instances of each view.")
        for (_, name, counts) in views { add("dicomviewfs_view_instances", ["view": name], "\(counts.instances)") }
        describe("dicomviewfs_view_bytes", .gauge, "Size of the files of each view, together.")
        for (_, name, counts) in views { add("dicomviewfs_view_bytes", ["view": name], "\(counts.bytes)") }
        describe(
            "dicomviewfs_unconverted_instances", .gauge,
            "Instances that a view shows as received although it would have converted them, by reason.")
        for (view, name, _) in views {
            for (reason, count) in try snapshot.unconvertedCounts(view: view).sorted(by: { $0.key < $1.key }) {
                add("dicomviewfs_unconverted_instances", ["view": name, "reason": reason], "\(count)")
            }
        }
    }

    // MARK: What the mount counts

    mutating func add(_ mount: StatusReport.Mount) {
        add(
            "dicomviewfs_read_bytes_total", .counter, "Bytes that reads delivered, without the kernel's own.",
            mount.bytesRead)
        add("dicomviewfs_written_bytes_total", .counter, "Bytes that writes took.", mount.bytesWritten)
        add(
            "dicomviewfs_passthrough_opens_total", .counter, "Opens whose reads the kernel serves itself.",
            mount.opensPassedThrough)
        add(
            "dicomviewfs_header_cache_bytes", .gauge, "Synthesized headers in memory.", mount.headerBytesInMemory)
        add("dicomviewfs_open_sources", .gauge, "Files of the archive that are kept open.", mount.openSources)
        add(
            "dicomviewfs_scanning", .gauge, "1 while the whole archive is looked through.", mount.isScanning ? 1 : 0)
        add(
            "dicomviewfs_unread", .gauge, "Files and folders that the last look could not look into.",
            mount.unread.count)
        add(
            "dicomviewfs_settling_patients", .gauge,
            "Patients whose converted views wait to follow, or are being derived.", mount.settling.waiting)
        add(
            "dicomviewfs_open_writers", .gauge, "Files open for writing, which hold settling back.",
            mount.settling.openWriters)
    }

    mutating func add(unsettled patients: Int) {
        add(
            "dicomviewfs_unsettled_patients", .gauge,
            "Patients whose converted views could not be derived, and are tried again.",
            patients)
    }

    mutating func add(imports journal: ImportJournal, sinceMount: [ImportOutcome: UInt64]) throws(IndexError) {
        // First what may fail: half a family is none.
        let counts = try journal.read { (records) throws(IndexError) in try records.counts() }
        describe("dicomviewfs_imports_total", .counter, "Dropped files that were judged, by outcome.")
        for outcome in ImportOutcome.allCases {
            add("dicomviewfs_imports_total", ["outcome": outcome.rawValue], "\(sinceMount[outcome, default: 0])")
        }
        describe("dicomviewfs_dropped_names", .gauge, "Files that have a name in the drop box, by outcome.")
        for outcome in ImportOutcome.allCases.map(\.rawValue) + [""] {
            let label = outcome.isEmpty ? "none" : outcome
            add("dicomviewfs_dropped_names", ["outcome": label], "\(counts[outcome, default: 0])")
        }
    }

    mutating func add(_ statistics: OperationStatistics) {
        let operations = Operation.allCases.map { ("\($0)", statistics[$0]) }
        let failures = "dicomviewfs_operation_failures_total"
        describe(failures, .counter, "Operations answered with an error, a missing name among them.")
        for (name, summary) in operations { add(failures, ["operation": name], "\(summary.failures)") }
        let duration = "dicomviewfs_operation_duration_seconds"
        describe(duration, .histogram, "Operations of the file system, from the call to the reply.")
        for (name, summary) in operations {
            var sum: UInt64 = 0
            for (exponent, count) in summary.latencies.enumerated() {
                sum &+= count
                let isLast = exponent == summary.latencies.count - 1
                let bound = isLast ? "+Inf" : "\(Double(UInt64(1) << UInt64(exponent)) / 1e6)"
                add("\(duration)_bucket", ["operation": name, "le": bound], "\(sum)")
            }
            add("\(duration)_sum", ["operation": name], "\(Double(summary.nanoseconds) / 1e9)")
            // Of the buckets: the counters are read one after another while others count.
            add("\(duration)_count", ["operation": name], "\(sum)")
        }
    }
}
