public import Archive

/// The files of `.dicomviewfs/`, by name. Each is made when it is opened.
public enum ControlFile: String, Sendable, CaseIterable {
    /// How archive and mount are, as JSON.
    case status = "status.json"
    /// The process that serves the mount.
    case pid
    /// Counts and latencies, as Prometheus reads them.
    case metrics = "metrics"
    /// What stands in a converted view as it was received, and why.
    case unconverted = "unconverted.tsv"
    /// What became of what was dropped.
    case imports = "imports.tsv"
}

/// What a control file holds.
public enum ControlContent: Sendable {
    case bytes([UInt8])
    /// Of any length: made as it is read.
    case pages(any TextPages)
}

/// A text that is made page by page, so that its length costs no memory.
public protocol TextPages: Sendable {
    /// The next page, the first one at first; nil at the end.
    mutating func next() throws(IndexError) -> [UInt8]?
}
