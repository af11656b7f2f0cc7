import Archive
import Foundation

/// What came of an import: what `import --json` prints.
struct ImportReport: Codable, Sendable {
    struct Refused: Codable, Sendable {
        /// As it was given.
        var path: String
        /// `ImportOutcome`, or "unreadable".
        var outcome: String
        var sopInstanceUID: String
        /// The archive's file that it clashes with.
        var clashesWith: String?
        var reason: String
    }

    var archive: String
    /// Files that were looked at.
    var files = 0
    /// Bytes of those that were stored.
    var bytesStored: UInt64 = 0
    var stored = 0
    var alreadyThere = 0
    /// Files with names that programs give to what is theirs alone (`.DS_Store`, `.part`): not looked at.
    var leftOut = 0
    var notStored: [Refused] = []
    var seconds = 0.0

    static let unreadable = "unreadable"

    /// Adds the outcome of one file.
    mutating func add(_ verdict: ImportVerdict, _ path: String, size: UInt64, _ directory: ArchiveDirectory) {
        files += 1
        switch verdict.outcome {
        case .stored:
            stored += 1
            bytesStored += size
        case .alreadyThere: alreadyThere += 1
        case .conflict, .notDICOM, .mediaStorageDirectory, .missingIdentification, .incomplete:
            notStored.append(
                Refused(
                    path: path, outcome: verdict.outcome.rawValue, sopInstanceUID: verdict.sopInstanceUID,
                    clashesWith: verdict.path.map { directory.displayPath($0) },
                    reason: verdict.detail.isEmpty ? verdict.outcome.sentence : verdict.detail))
        }
    }

    /// Adds a file or directory that cannot be read.
    mutating func add(unreadable path: String, _ reason: String) {
        notStored.append(Refused(path: path, outcome: Self.unreadable, sopInstanceUID: "", reason: reason))
    }

    /// For people.
    var text: String {
        var parts = ["\(stored) stored (\(StatusReport.size(bytesStored)))", "\(alreadyThere) already there"]
        parts.append("\(notStored.count) not stored")
        if leftOut > 0 { parts.append("\(leftOut) with temporary or hidden names left out") }
        return "\(Counted.files(files)): \(parts.joined(separator: ", ")); \(Progress.decimal(seconds)) s\n"
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
