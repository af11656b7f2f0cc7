import Foundation
import ViewTree

/// The status that a mount tells of itself.
enum StatusFile {
    /// - Throws: `Failure` if nothing of ours is mounted there.
    static func read(_ mountpoint: String) throws -> (report: StatusReport, bytes: Data) {
        let path = "\(mountpoint)/\(TreeName.control)/\(ControlFile.status.rawValue)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == EIO {
                // Not even its own names can be looked up.
                throw Failure(
                    "\(mountpoint): Input/output error: its index is likely damaged; unmount it and mount it again, and the "
                        + "index is made anew from the archive", .inputOutput)
            }
            throw Failure(
                "\(mountpoint): no mounted archive; mount one with `dicomviewfs mount ARCHIVE \(mountpoint)`", .noInput)
        }
        let bytes = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readToEnd() ?? Data()
        do {
            return (try JSONDecoder().decode(StatusReport.self, from: bytes), bytes)
        } catch {
            throw Failure(
                "\(path): not the status that this version reads; unmount, and mount with this version", .dataError)
        }
    }

    /// The process that serves a mount, if it says so.
    static func pid(of mountpoint: String) -> Int32? {
        let path = "\(mountpoint)/\(TreeName.control)/\(ControlFile.pid.rawValue)"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return Int32(text.trimmingCharacters(in: .newlines))
    }
}
