import Foundation

/// The arguments of this program when mount(8) runs it, in the words of `dicomviewfs mount`.
///
/// It is run as `/sbin/mount.fuse.dicomviewfs ARCHIVE MOUNTPOINT [-sfnv] [-N NAMESPACE] [-o OPTIONS] [-t TYPE]` (mount(8),
/// external helpers), and where that is not installed, by /sbin/mount.fuse as `dicomviewfs ARCHIVE MOUNTPOINT -o OPTIONS`.
enum MountProgramArguments {
    /// - Parameters:
    ///   - name: By which the program was run.
    ///   - arguments: Without the name.
    /// - Returns: the arguments to parse; nil if there is nothing to do (`-f`, which only asks whether it would work).
    static func translated(name: String, _ arguments: [String]) -> [String]? {
        let isMountProgram = URL(filePath: name).lastPathComponent.hasPrefix("mount.")
        if !isMountProgram {
            guard arguments.count >= 4, arguments[0].hasPrefix("/"), arguments.contains("-o") else { return arguments }
            return ["mount"] + arguments
        }
        var words = ["mount"]
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "-o":
                if let options = rest.popFirst() { words += ["-o", options] }
            case "-t", "-N": rest = rest.dropFirst()
            case _ where word.hasPrefix("-") && word.dropFirst().allSatisfy { "sfnvrw".contains($0) } && word.count > 1:
                if word.contains("f") { return nil }
                if word.contains("r") { words += ["-o", "ro"] }
            default: words.append(word)
            }
        }
        return words
    }
}
