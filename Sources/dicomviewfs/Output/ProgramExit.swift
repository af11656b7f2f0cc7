import Archive
import ArgumentParser
import FUSE
import Foundation
import Views

/// Exit codes, those of sysexits(3). A number once given is never used for something else.
enum ProgramExit: Int32 {
    /// The command was used wrongly; ArgumentParser answers this itself for what it finds.
    case usage = 64
    /// The input was wrong: the archive cannot be what was meant.
    case dataError = 65
    /// A file or directory that was named is not there or cannot be read.
    case noInput = 66
    /// A service is missing: /dev/fuse, fusermount3.
    case unavailable = 69
    /// A fault of this program.
    case software = 70
    /// The system refused something: no space, no threads.
    case systemError = 71
    /// Something cannot be created or written.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// In use by another process; try again later.
    case temporaryFailure = 75
    /// Not permitted.
    case noPermission = 77
    /// Interrupted by a signal (128 + SIGINT, as shells have it).
    case interrupted = 130
}

/// What ends a command: a message that names what it is about and what to do, and the exit code.
struct Failure: Error {
    var message: String
    var exit: ProgramExit

    init(_ message: String, _ exit: ProgramExit) {
        self.message = message
        self.exit = exit
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as ArchiveError: self.init("\(error)", Self.exit(for: error))
        case let error as IndexError: self.init("\(error)", Self.exit(for: error))
        case let error as ImportError: self.init("\(error)", Self.exit(for: error))
        case let error as ViewError: self.init("\(error)", Self.exit(for: error))
        case let error as SessionError: self.init("\(error)", Self.exit(for: error))
        default: self.init(error.localizedDescription, .inputOutput)
        }
    }

    private static func exit(for error: ArchiveError) -> ProgramExit {
        switch error {
        case .notAccessible(_, let errno):
            switch errno {
            case ENOSPC, EDQUOT, EROFS: .cannotCreate
            case EIO: .inputOutput
            case EACCES, EPERM: .noPermission
            default: .noInput
            }
        case .overlapsMountpoint: .usage
        case .badIdentity: .dataError
        }
    }

    private static func exit(for error: IndexError) -> ProgramExit {
        switch error {
        case .locked, .busy: .temporaryFailure
        case .corrupt, .sqlite: .software
        case .diskFull, .notAccessible: .cannotCreate
        }
    }

    private static func exit(for error: ImportError) -> ProgramExit {
        switch error {
        case .index(let error): exit(for: error)
        case .system: .inputOutput
        }
    }

    private static func exit(for error: ViewError) -> ProgramExit {
        switch error {
        case .index(let error): exit(for: error)
        case .sourceChanged, .unsettled, .sourceUnreadable, .sourceTooShort, .notFound: .inputOutput
        case .inconsistent, .synthesis, .notExtractable: .software
        }
    }

    private static func exit(for error: SessionError) -> ProgramExit {
        switch error.reason {
        case .mountpointMissing, .mountpointNotADirectory, .mountpointInaccessible, .mountpointStale: .noInput
        case .deviceMissing, .fusermountMissing: .unavailable
        case .deviceInaccessible, .allowOtherRefused, .unmountRefused: .noPermission
        case .notMounted: .noInput
        case .busy: .temporaryFailure
        case .mountRefused, .interrupted, .wrongPhase: .systemError
        @unknown default: .systemError
        }
    }

    /// Runs a command's body; what it throws becomes a message on stderr and the exit code.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let exit as ExitCode {
            throw exit
        } catch let error as ValidationError {
            throw error
        } catch {
            let failure = Failure(error)
            StandardError.say(failure.message)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}
