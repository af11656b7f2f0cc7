import Archive
import Views

extension OpenArchive {
    /// Opens an archive and does `body` with it. If that meets damage in the index, all is done once more with one made anew:
    /// damage may show only when a page of it is read, and it is a cache.
    static func open<Result>(
        _ open: () throws -> OpenArchive, _ body: (OpenArchive) throws -> Result
    ) throws -> (archive: OpenArchive, result: Result) {
        var archive: OpenArchive?
        do {
            let opened = try open()
            archive = opened
            return (opened, try body(opened))
        } catch let error where isDamage(error) {
            try archive?.close()
            archive = nil
            StandardError.say(Failure(error).message)
            let again = try open()
            return (again, try body(again))
        }
    }

    private static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case IndexError.corrupt, ViewError.index(.corrupt): true
        default: false
        }
    }
}
