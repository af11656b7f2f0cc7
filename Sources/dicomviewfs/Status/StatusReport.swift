/// How an archive's index and its mount are: what `status.json` holds, and `status` and `index` print.
struct StatusReport: Codable {
    struct ViewStatus: Codable {
        var instances: Int
        var bytes: UInt64
        /// Shown as received although the view would have converted them, by reason.
        var unconverted: [String: Int]
        /// Settled by a rule that a reader should know of, by kind.
        var notes: [String: Int]
    }

    struct Skipped: Codable {
        var path: String
        var reason: String
        var detail: String
    }

    /// An instance whose data set breaks off, and where.
    struct Damaged: Codable {
        var path: String
        var sopInstanceUID: String
        var detail: String
    }

    struct Files: Codable {
        var total: Int
        /// One for each SOP Instance UID.
        var instances: Int
        var patients: Int
        /// Instances whose data set breaks off.
        var damaged: Int
        var damagedFiles: [Damaged]
        var skippedByReason: [String: Int]
        var skipped: [Skipped]
    }

    struct Unconverted: Codable {
        var view: String
        var sopInstanceUID: String
        var path: String?
        var code: String
        /// As (gggg,eeee).
        var tag: String?
        /// Of the tag, if the standard has it.
        var keyword: String?
        var detail: String
        /// Code, tag, keyword and detail as one text.
        var reason: String
    }

    struct Note: Codable {
        var view: String
        var code: String
        var instances: Int
        /// The instances that carry it.
        var noted: [Noted]
    }

    struct Noted: Codable {
        var sopInstanceUID: String
        /// Of the file that it was made of, of the first of several.
        var path: String?
        var detail: String
    }

    /// A file that is a copy of what a view makes of other files, and is not shown there.
    struct Copy: Codable {
        var view: String
        var sopInstanceUID: String
        var path: String
    }

    /// A patient whose converted views do not follow from its files: they show it as it was, or as received.
    struct Unsettled: Codable {
        var patientID: String
        var reason: String
        /// Nil while it is tried, and where nothing is mounted.
        var secondsToRetry: Double?
    }

    struct Duplicate: Codable {
        var sopInstanceUID: String
        var shown: String?
        /// Files with the same UID; `differing` are those of them whose data set is another.
        var hidden: [String]
        var differing: [String]
    }

    struct Operation: Codable {
        var count: UInt64
        var failures: UInt64
        var meanMicroseconds: Double
        /// How many took less than 1, 2, 4, 8 ... microseconds but not less than the one before; the last holds the rest.
        var latencies: [UInt64]
    }

    /// What was dropped and has a name in the drop box.
    struct Imports: Codable {
        struct Refused: Codable {
            /// Beneath the mountpoint.
            var name: String
            var outcome: String
            var sopInstanceUID: String
            /// The archive's file that it clashes with.
            var path: String?
            var reason: String
        }

        /// Names by outcome; "" stands for those that are being written or have a temporary name.
        var names: [String: Int]
        /// Files judged since the mount, by outcome.
        var sinceMount: [String: UInt64]
        /// Those whose instance the archive does not have.
        var notStored: [Refused]
        /// Files that are judged when the archive has been looked through for the first time.
        var waitingForScan: Int? = nil
        /// Files that there was no room to store; they are tried again.
        var waitingForRoom: Int? = nil
    }

    struct Mount: Codable {
        var mountpoint: String
        var pid: Int32
        var bytesRead: UInt64
        var bytesWritten: UInt64
        var opensPassedThrough: UInt64
        var headerBytesInMemory: Int
        var openSources: Int
        /// Where the daemon's messages go, if to a file.
        var log: String?
        /// What the last look through the archive could not look into, and why.
        var unread: [String]
        /// True while the archive is being looked through.
        var isScanning: Bool
        var settling: Settling
    }

    var version: String
    var archive: String
    var archiveID: String
    var ruleset: String
    var index: String
    /// Why the index could not be read, if it could not.
    var fault: String?
    /// Why the journal of dropped names could not be read, if it could not.
    var importFault: String?
    var views: [String: ViewStatus]
    var files: Files
    var unconverted: [Unconverted]
    var notes: [Note]
    var copies: [Copy]
    var unsettled: [Unsettled]
    var duplicates: [Duplicate]
    /// Nil where nothing can be dropped.
    var imports: Imports?
    var mount: Mount?
    var operations: [String: Operation]
}
