import Glibc

@testable import Archive

/// Has the calling thread, and those that it starts, meet files as `user` would: root, which may do all, becomes one who may do
/// what modes say (setfsuid(2), which Swift's Glibc module lacks).
func becomeFileUser(_ user: uid_t) {
    typealias Call = @convention(c) (uid_t) -> Int32
    guard geteuid() == 0, let symbol = dlsym(nil, "setfsuid") else { return }
    _ = unsafeBitCast(symbol, to: Call.self)(user)
}

/// Whom nothing belongs to.
let ordinaryUser: uid_t = 65534

extension TestArchive {
    /// Runs `body` as a user who may do with the archive what its modes say.
    func asOrdinaryUser<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard geteuid() == 0 else { return try body() }
        system("chown -R \(ordinaryUser) '\(root)/..'")
        becomeFileUser(ordinaryUser)
        defer { becomeFileUser(0) }
        return try body()
    }
}
