internal import DICOM
internal import Glibc

/// What a staged file is.
enum Judgement {
    /// `isSurelyWhole` is true for what has pixel data to their end. Where nothing but the end of the file says that no more
    /// comes (a report, or an image cut between two attributes), it may be the beginning of something.
    case instance(ScannedInstance, FileFacts, isSurelyWhole: Bool)
    case refused(ImportVerdict)
    /// It changed while it was read.
    case unsettled
}

extension Judgement {
    /// Reads the header of a staged file, and whether the file goes on to its end.
    init(
        _ file: Descriptor, path: String, summarizer: some InstanceSummarizer
    ) throws(ImportError) {
        guard let facts = file.facts else { throw .system(path: path, errno: errno) }
        let judgement = try Self.judge(file, facts, path, summarizer)
        guard file.facts == facts else {
            self = .unsettled
            return
        }
        self = judgement
    }

    private static func judge(
        _ descriptor: Descriptor, _ facts: FileFacts, _ path: String, _ summarizer: some InstanceSummarizer
    ) throws(ImportError) -> Judgement {
        let file: DICOMFile
        do throws(ParseError) {
            file = try DICOMFile(header: HeaderSource(descriptor: descriptor.rawValue, size: facts.size))
        } catch {
            if case .unreadable(let errno) = error.reason { throw .system(path: path, errno: errno) }
            if case .deflate = error.reason { return .refused(ImportVerdict(.incomplete, detail: "\(error)")) }
            return .refused(ImportVerdict(.notDICOM, detail: facts.size == 0 ? "an empty file" : "\(error)"))
        }
        if case .unreadable(let errno) = file.damage?.reason { throw .system(path: path, errno: errno) }
        let instance: ScannedInstance
        do throws(ScannedInstance.Refusal) {
            instance = try ScannedInstance(file, facts: facts, summarizer: summarizer)
        } catch {
            // Without its end it may be that what names the instance is missing.
            if let reason = reasonIncomplete(file) { return .refused(ImportVerdict(.incomplete, detail: reason)) }
            return .refused(ImportVerdict(outcome(of: error.reason.code), detail: error.reason.detail))
        }
        if let reason = reasonIncomplete(file) {
            return .refused(
                ImportVerdict(.incomplete, sopInstanceUID: instance.sopInstanceUID, detail: reason))
        }
        return .instance(instance, facts, isSurelyWhole: file.pixelData != nil)
    }

    private static func outcome(of code: SkipReason.Code) -> ImportOutcome {
        switch code {
        case .mediaStorageDirectory: .mediaStorageDirectory
        case .missingIdentification: .missingIdentification
        case .notDICOM, .unreadable, .symbolicLink, .notARegularFile: .notDICOM
        }
    }

    /// What shows that the file breaks off; nil if it goes on to its end. Damage of another kind is for the archive to show, as
    /// it shows that of files it has.
    private static func reasonIncomplete(_ file: DICOMFile) -> String? {
        switch file.damage?.reason {
        case .truncated: return file.damage.map { "\($0)" }
        // An inflater that wants more was given too little (PS3.5 A.5).
        case .deflate: return file.damage.map { "\($0)" }
        case .notDICOM, .badLength, .itemExpected, .nestedTooDeep, .tooLarge, .unreadable, nil: break
        }
        switch file.pixelData?.form {
        case .native(_, let length, let available) where available < length:
            return "\(length) bytes of pixel data announced, \(available) there; copy the file again from its source"
        case .encapsulated(let pixels) where !pixels.isComplete:
            return "the fragments of the pixel data break off; copy the file again from its source"
        default: return nil
        }
    }
}
