import Glibc

/// The program that mounts and unmounts for users other than root.
enum Fusermount {
    private static let name = "fusermount3"

    /// True if it is on the path.
    static var isInstalled: Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    /// Runs `fusermount3 -u [-z] -q -- MOUNTPOINT`; true if it answered 0.
    static func unmount(_ mountpoint: String, lazily: Bool) -> Bool {
        let words = [name, "-u"] + (lazily ? ["-z"] : []) + ["-q", "--", mountpoint]
        var arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var process = pid_t()
        // Our threads block all signals; a program must not inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        guard posix_spawnp(&process, name, nil, &attributes, arguments, environ) == 0 else { return false }
        var status: Int32 = -1
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return false }
        }
        return status == 0
    }
}
