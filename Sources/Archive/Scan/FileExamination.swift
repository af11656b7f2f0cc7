internal import CLinux
internal import DICOM
internal import Glibc

/// What came of examining a file.
enum FileExaminationOutcome: Sendable {
    case unchanged
    case instance(FileFacts, ScannedInstance)
    case skipped(FileFacts, SkipReason)
    /// The system refuses to open or read it, and it is not indexed as an instance. The system's error number.
    case unreadable(FileFacts, Int32)
    /// It went away since it was listed.
    case vanished
    /// It is being written; the next scan takes it up.
    case unsettled
    /// It is indexed as an instance and cannot be read now; what is indexed stays, as does what is indexed below a folder that
    /// cannot be listed: a refusal does not say that anything changed. The system's error number.
    case failed(Int32)
}

/// Looks at one file: whether it is as it was indexed, and else what it holds. One for each thread.
struct FileExamination<Summarizer: InstanceSummarizer> {
    let archive: ArchiveDirectory
    let summarizer: Summarizer
    /// Bytes of headers read so far.
    private(set) var headerBytes: UInt64 = 0
    /// Files opened so far.
    private(set) var headersRead = 0

    init(archive: ArchiveDirectory, summarizer: Summarizer) {
        self.archive = archive
        self.summarizer = summarizer
    }

    /// What read a file decides on whether to read it again: the reader's version, raised when more files or facts can be had
    /// of it, and the summarizer's.
    static func reader(_ summarizer: Summarizer) -> Int64 {
        Int64(readerVersion) << 16 | Int64(summarizer.version & 0xFFFF)
    }
    private static var readerVersion: Int { 2 }

    /// Examines the file at `path`, a C string.
    mutating func examine(
        _ path: UnsafePointer<CChar>, _ kind: DirectoryListing.Kind, known: KnownFile?
    ) -> FileExaminationOutcome {
        switch kind {
        case .file: return examineFile(path, known)
        case .symbolicLink: return examineLink(path, known)
        case .other, .directory: return skip(path, SkipReason(.notARegularFile), known)
        }
    }

    private mutating func examineFile(_ path: UnsafePointer<CChar>, _ known: KnownFile?) -> FileExaminationOutcome {
        if let known, known.skipCode != .unreadable, known.reader == Self.reader(summarizer) {
            var facts = stat()
            guard fstatat(archive.descriptor, path, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return gone(errno, known) }
            if FileFacts(facts) == known.facts { return .unchanged }
        }
        do throws(ArchiveDirectory.Failure) {
            let descriptor = try archive.open(path: path, flags: O_NOFOLLOW)
            defer { close(descriptor) }
            return read(descriptor, known)
        } catch {
            return refused(error.errno, path, known)
        }
    }

    /// A link is followed to a file within the archive, and nowhere else.
    private mutating func examineLink(_ path: UnsafePointer<CChar>, _ known: KnownFile?) -> FileExaminationOutcome {
        do throws(ArchiveDirectory.Failure) {
            let descriptor = try archive.open(path: path)
            defer { close(descriptor) }
            var facts = stat()
            if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR {
                return skip(path, SkipReason(.symbolicLink, "leads to a directory"), known)
            }
            if let known, known.skipCode != .unreadable, known.skipCode != .symbolicLink,
                known.reader == Self.reader(summarizer), FileFacts(facts) == known.facts
            {
                return .unchanged
            }
            return read(descriptor, known)
        } catch {
            switch error.errno {
            case EXDEV: return skip(path, SkipReason(.symbolicLink, "leads out of the archive"), known)
            case ENOENT, ENOTDIR: return skip(path, SkipReason(.symbolicLink, "leads nowhere"), known)
            case ELOOP: return skip(path, SkipReason(.symbolicLink, "leads round in a circle"), known)
            default: return refused(error.errno, path, known)
            }
        }
    }

    private mutating func read(_ descriptor: Int32, _ known: KnownFile?) -> FileExaminationOutcome {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failed(errno) }
        let facts = FileFacts(status)
        guard status.st_mode & S_IFMT == S_IFREG else {
            return outcome(facts, SkipReason(.notARegularFile), known)
        }
        let source = HeaderSource(descriptor: descriptor, size: facts.size)
        defer {
            headerBytes &+= source.bytesRead
            headersRead += 1
        }
        let result = parse(source, facts, known)
        guard let after = FileFacts(descriptor: descriptor), after == facts else { return .unsettled }
        return result
    }

    private func parse(_ source: HeaderSource, _ facts: FileFacts, _ known: KnownFile?) -> FileExaminationOutcome {
        let file: DICOMFile
        do throws(ParseError) {
            file = try DICOMFile(header: source)
        } catch {
            if case .unreadable(let errno) = error.reason { return unreadable(errno, facts, known) }
            return outcome(facts, SkipReason(.notDICOM, "\(error)"), known)
        }
        if case .unreadable(let errno) = file.damage?.reason { return unreadable(errno, facts, known) }
        do throws(ScannedInstance.Refusal) {
            return .instance(facts, try ScannedInstance(file, facts: facts, summarizer: summarizer))
        } catch {
            return outcome(facts, error.reason, known)
        }
    }

    // MARK: Files that are not read

    private func outcome(_ facts: FileFacts, _ reason: SkipReason, _ known: KnownFile?) -> FileExaminationOutcome {
        if let known, known.skipCode == reason.code, known.facts == facts, known.reader == Self.reader(summarizer) {
            return .unchanged
        }
        return .skipped(facts, reason)
    }

    private func unreadable(_ errno: Int32, _ facts: FileFacts, _ known: KnownFile?) -> FileExaminationOutcome {
        if let known, known.skipCode == nil { return .failed(errno) }
        return .unreadable(facts, errno)
    }

    private func refused(_ errno: Int32, _ path: UnsafePointer<CChar>, _ known: KnownFile?) -> FileExaminationOutcome {
        if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return gone(errno, known) }
        var facts = stat()
        guard fstatat(archive.descriptor, path, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
            return gone(Glibc.errno, known)
        }
        return unreadable(errno, FileFacts(facts), known)
    }

    private func gone(_ errno: Int32, _ known: KnownFile?) -> FileExaminationOutcome {
        switch errno {
        case ENOENT, ENOTDIR: .vanished
        // A link took the file's place since the directory was listed.
        case ELOOP: .unsettled
        default: .failed(errno)
        }
    }

    private func skip(_ path: UnsafePointer<CChar>, _ reason: SkipReason, _ known: KnownFile?) -> FileExaminationOutcome
    {
        var facts = stat()
        guard fstatat(archive.descriptor, path, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return gone(errno, known) }
        return outcome(FileFacts(facts), reason, known)
    }
}
