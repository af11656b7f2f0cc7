import Foundation

/// Where a profile lies that was named.
enum ProfileLocation {
    /// The absolute path of the profile `name`: a file, or the name alone of one that is installed.
    static func find(_ name: String) throws -> String {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let path = absolute(name)
            guard access(path, F_OK) == 0 || errno != ENOENT else {
                let installed =
                    (name as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? name
                throw Failure(
                    "\(path): there is no such profile; a word without / and .yaml, as \(installed), is looked for in "
                        + directories.joined(separator: ", "), .noInput)
            }
            return path
        }
        let places = directories.map { "\($0)/\(name).yaml" }
        if let place = places.first(where: { FileManager.default.fileExists(atPath: $0) }) { return place }
        throw Failure(
            "no profile \(name) is installed: looked for \(places.joined(separator: ", ")); `make install` puts those of "
                + "Mounts/profiles in the last place; or name a file, as Mounts/profiles/\(name).yaml", .noInput)
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
