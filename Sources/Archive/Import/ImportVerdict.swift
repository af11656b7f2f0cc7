/// What became of a file that was imported.
public enum ImportOutcome: String, Sendable, CaseIterable {
    /// It is in the archive.
    case stored
    /// The archive has this instance already: nothing is stored twice.
    case alreadyThere
    /// The archive has another data set under this SOP Instance UID.
    case conflict
    /// Not the bytes of a DICOM file.
    case notDICOM
    /// A DICOMDIR: the archive has an index of its own.
    case mediaStorageDirectory
    /// A DICOM file without a UID that names the instance or its class.
    case missingIdentification
    /// It breaks off: part of a file.
    case incomplete

    /// What it means, in words.
    public var sentence: String {
        switch self {
        case .stored: "stored"
        case .alreadyThere: "the archive has this instance already"
        case .conflict: "the archive has other content under this SOP Instance UID"
        case .notDICOM: "no DICOM file"
        case .mediaStorageDirectory: "a DICOMDIR, which lists files and is no instance"
        case .missingIdentification: "no SOP Instance or SOP Class UID, so nobody can refer to it"
        case .incomplete: "part of a file: it breaks off"
        }
    }

    /// True if the archive has the instance now.
    public var isInArchive: Bool { self == .stored || self == .alreadyThere }
}

/// The outcome for one file, and what it is about.
public struct ImportVerdict: Sendable, Equatable {
    public var outcome: ImportOutcome
    /// SOP Instance UID (0008,0018), empty if it could not be read.
    public var sopInstanceUID: String
    /// Beneath the archive's root: the file that holds the instance (stored, already there) or the other one (conflict).
    public var path: [UInt8]?
    /// The file in the archive as it is, if its bytes are those that were imported.
    public var sharedFacts: FileFacts?
    /// `PatientRow.id`, if it was stored.
    public var patientRowID: Int64?
    /// Why, in words, where the outcome alone does not say.
    public var detail: String

    public init(
        _ outcome: ImportOutcome, sopInstanceUID: String = "", path: [UInt8]? = nil, sharedFacts: FileFacts? = nil,
        patientRowID: Int64? = nil, detail: String = ""
    ) {
        self.outcome = outcome
        self.sopInstanceUID = sopInstanceUID
        self.path = path
        self.sharedFacts = sharedFacts
        self.patientRowID = patientRowID
        self.detail = detail
    }
}
