import Archive
import Foundation
import Views

/// How far a long step is, in a form to show or to send.
struct Progress: Codable, Sendable {
    /// What is being done, such as "Reading headers".
    var stage: String
    /// 0 to 1; nil while the whole is not known.
    var fraction: Double?
    /// Counts and rates, in words.
    var detail: String
}

extension Progress {
    init(_ scan: ScanProgress) {
        let seconds = max(scan.elapsed, 0.001)
        let rate = Double(scan.headerBytes) / 1e6 / seconds
        var detail = "\(scan.files) files, \(scan.instancesRead) instances read, \(Self.decimal(rate)) MB/s"
        var fraction: Double?
        if let total = scan.totalFiles, total > 0 {
            let done = min(1, Double(scan.files) / Double(total))
            fraction = done
            if done > 0.01, done < 1 { detail += ", \(Self.duration(seconds / done - seconds)) left" }
        }
        self.init(stage: "Scanning", fraction: fraction, detail: detail)
    }

    init(_ settling: SettlingProgress, elapsed: Double) {
        var fraction: Double?
        var detail = "\(settling.patientsDone) of \(settling.patients) patients, \(settling.derived) files derived"
        if settling.patients > 0 {
            let done = Double(settling.patientsDone) / Double(settling.patients)
            fraction = done
            if done > 0.01, done < 1 { detail += ", \(Self.duration(elapsed / done - elapsed)) left" }
        }
        self.init(stage: "Deriving views", fraction: fraction, detail: detail)
    }

    static func decimal(_ number: Double) -> String {
        String(format: number < 10 ? "%.1f" : "%.0f", number)
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e8)).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
