import Foundation

/// Where a profile lies that was named.
enum ProfileLocation {
    /// The absolute path of the profile `name`: a file, or the name alone of one that is installed.
    static func find(_ name: String) throws -> String {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return absolute(name) }
        let places = directories.map { "\($0)/\(name).yaml" }
        if let place = places.first(where: { FileManager.default.fileExists(atPath: $0) }) { return place }
        throw Failure(
            "no profile \(name): looked for \(places.joined(separator: ", ")); or name a file, as ./\(name).yaml",
            .noInput)
    }

    /// One's own, the machine's, and those that come with the program.
    private static var directories: [String] {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { $0 + "/.config" }
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let shared = program.deletingLastPathComponent().appending(path: "share/dicomviewfs/profiles").path
        return (home.map { ["\($0)/dicomviewfs"] } ?? []) + ["/etc/dicomviewfs", shared]
    }
}
