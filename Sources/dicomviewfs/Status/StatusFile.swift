import Foundation
import ViewTree

/// The status that a mount tells of itself.
enum StatusFile {
    /// - Throws: `Failure` if nothing of ours is mounted there.
    static func read(_ mountpoint: String) throws -> (report: StatusReport, bytes: Data) {
        let path = "\(mountpoint)/\(TreeName.control)/\(ControlFile.status.rawValue)"
        guard let file = FileHandle(forReadingAtPath: path), let bytes = try file.readToEnd() else {
            throw Failure(
                "\(mountpoint): no mounted archive; mount one with `dicomviewfs mount ARCHIVE \(mountpoint)`", .noInput)
        }
        do {
            return (try JSONDecoder().decode(StatusReport.self, from: bytes), bytes)
        } catch {
            throw Failure(
                "\(path): not the status that this version reads; unmount, and mount with this version", .dataError)
        }
    }

    /// The process that serves a mount, if it says so.
    static func pid(of mountpoint: String) -> Int32? {
        (try? read(mountpoint))?.report.mount?.pid
    }
}
