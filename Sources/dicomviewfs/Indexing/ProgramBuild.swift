import CLinux
import Conversion
import Foundation

/// Which build of the program this is, for the index to know who derived what is in it.
enum ProgramBuild {
    /// The ruleset, and size and time of the program's file: an update derives anew, which changes nothing that the ruleset does
    /// not change.
    static let id: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return Ruleset.id }
        return "\(Ruleset.id) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }()
}
