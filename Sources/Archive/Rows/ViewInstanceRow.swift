/// Which view a row belongs to.
public enum ViewCode: UInt8, Sendable, CaseIterable {
    case `default` = 0
    case classic = 1
    case enhanced = 2
}

/// One instance of one view: what it is, what it is made from, and all that its file in a tree needs.
public struct ViewInstanceRow: Hashable, Sendable {
    /// How the instance came to be.
    public enum Form: UInt8, Sendable {
        /// The source's own bytes.
        case asReceived = 0
        /// Classic instances combined.
        case enhanced = 1
        /// One frame of a multi-frame instance.
        case classic = 2
        /// The source with its references changed.
        case updated = 3
        /// What classic instances draw over their images, for an instance that combines them.
        case presentationState = 4
    }

    /// Given by the index when the row is stored; 0 before.
    public var id: Int64
    public var view: ViewCode
    /// `PatientRow.id`.
    public var patientRowID: Int64
    public var sopInstanceUID: String
    public var sopClassUID: String
    public var studyInstanceUID: String
    public var seriesInstanceUID: String
    public var form: Form
    /// `FileRow.id` of each source in layout order.
    public var sourceFileIDs: [Int64]
    /// Bytes of the whole file, exact.
    public var size: UInt64
    public var modificationTime: FileTime
    public var changeTime: FileTime
    /// SHA-256 of the synthesized bytes; empty if as received.
    public var headerDigest: [UInt8]
    public var attributes: NamingAttributes
    /// How to derive the instance again; only Views understands it.
    public var plan: [UInt8]
    /// Why it is shown as received although the view would have converted it.
    public var reason: ReasonRow?
    /// What was settled by a rule when it was made.
    public var notes: [ReasonRow]

    public init(
        id: Int64 = 0, view: ViewCode, patientRowID: Int64, sopInstanceUID: String, sopClassUID: String,
        studyInstanceUID: String, seriesInstanceUID: String, form: Form, sourceFileIDs: [Int64], size: UInt64,
        modificationTime: FileTime, changeTime: FileTime, headerDigest: [UInt8] = [], attributes: NamingAttributes,
        plan: [UInt8] = [], reason: ReasonRow? = nil, notes: [ReasonRow] = []
    ) {
        self.id = id
        self.view = view
        self.patientRowID = patientRowID
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.form = form
        self.sourceFileIDs = sourceFileIDs
        self.size = size
        self.modificationTime = modificationTime
        self.changeTime = changeTime
        self.headerDigest = headerDigest
        self.attributes = attributes
        self.plan = plan
        self.reason = reason
        self.notes = notes
    }

    /// `FileRow.id` of the source if there is only one.
    public var sourceFileID: Int64? { sourceFileIDs.count == 1 ? sourceFileIDs[0] : nil }
}

/// Why something is as it is: a code, the attribute it is about, and words.
public struct ReasonRow: Hashable, Sendable {
    public var code: String
    /// Group << 16 | element.
    public var tag: UInt32?
    public var detail: String

    public init(code: String, tag: UInt32? = nil, detail: String = "") {
        self.code = code
        self.tag = tag
        self.detail = detail
    }
}

/// What storing a patient's view instances changed.
public struct ViewInstanceChanges: Sendable {
    /// Rows that are new, with their ids.
    public var inserted: [ViewInstanceRow] = []
    /// Rows that replace one with the same view and SOP Instance UID, before and after; both have one id.
    public var updated: [(old: ViewInstanceRow, new: ViewInstanceRow)] = []
    /// Rows that are gone.
    public var removed: [ViewInstanceRow] = []

    public init() {}

    public var isEmpty: Bool { inserted.isEmpty && updated.isEmpty && removed.isEmpty }
}
