import Archive
import SystemPackage
import Views

// The only place where an error becomes an errno. Every switch is exhaustive, so that a new error has to be decided on here.

extension Errno {
    init(_ error: IndexError) {
        switch error {
        case .diskFull: self = .noSpace
        case .notAccessible(_, _, let errno): self = errno == 0 ? .ioError : Errno(rawValue: errno)
        // A reader never waits for a writer (WAL), so this is no case of "try again".
        case .busy, .locked, .corrupt, .sqlite: self = .ioError
        }
    }
}

extension Errno {
    init(_ error: ViewError) {
        switch error {
        case .notFound: self = .noSuchFileOrDirectory
        case .sourceChanged, .unsettled: self = .staleNFSFileHandle
        case .sourceUnreadable(_, let errno): self = errno == 0 ? .ioError : Errno(rawValue: errno)
        // Never zeros for what is not there; and never bytes other than those that the size was computed from.
        case .sourceTooShort, .inconsistent, .synthesis: self = .ioError
        case .notExtractable: self = .notSupportedOnSocket
        case .index(let error): self.init(error)
        }
    }
}

extension Errno {
    init(_ error: ImportError) {
        switch error {
        case .system(_, let errno): self = errno == 0 ? .ioError : Errno(rawValue: errno)
        case .index(let error): self.init(error)
        }
    }

    /// What `-o strict_import` answers for what is not stored; nil for what is.
    init?(refusing outcome: ImportOutcome) {
        switch outcome {
        case .stored, .alreadyThere: return nil
        case .conflict: self = .fileExists
        case .notDICOM, .mediaStorageDirectory, .missingIdentification, .incomplete: self = .invalidArgument
        }
    }
}
