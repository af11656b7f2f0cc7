/// What stands in a view for each instance of the archive, as far as one Patient goes (G-9, G-12, R-rules).
public struct ReferenceMap: Sendable {
    /// An instance of the view, or a frame of it.
    public struct Target: Sendable, Hashable {
        public let sopClassUID: String
        public let sopInstanceUID: String
        public let seriesInstanceUID: String
        public let studyInstanceUID: String
        /// Counts from 1; nil for the whole instance.
        public let frameNumber: Int?

        public init(
            sopClassUID: String, sopInstanceUID: String, seriesInstanceUID: String, studyInstanceUID: String,
            frameNumber: Int? = nil
        ) {
            self.sopClassUID = sopClassUID
            self.sopInstanceUID = sopInstanceUID
            self.seriesInstanceUID = seriesInstanceUID
            self.studyInstanceUID = studyInstanceUID
            self.frameNumber = frameNumber
        }
    }

    /// What a source instance has become.
    public enum Resolution: Sendable {
        /// It stands in the view as received.
        case unchanged(Target)
        /// A single-frame instance that became one frame of another, or an instance whose references were updated.
        case one(Target)
        /// A multi-frame instance taken apart: the target of each frame, by frameIndex from 0.
        case frames([Target])
    }

    public let view: View
    private var resolutions: [String: Resolution]
    private var successors: [String: [String]]
    private var listings: [String: Listing]
    private var concatenations: [String: ConcatenationUIDs]
    private var partial: Set<String>

    /// What a concatenation is called whose members change together (C-9).
    public struct ConcatenationUIDs: Sendable, Hashable {
        /// Concatenation UID (0020,9161).
        public let concatenationUID: String
        /// SOP Instance UID of Concatenation Source (0020,0242).
        public let sourceUID: String

        public init(concatenationUID: String, sourceUID: String) {
            self.concatenationUID = concatenationUID
            self.sourceUID = sourceUID
        }
    }

    public init(view: View) {
        self.view = view
        resolutions = [:]
        successors = [:]
        listings = [:]
        concatenations = [:]
        partial = []
    }

    /// By SOP Instance UID in the archive, that of the source of a concatenation included; nil if the archive does not have
    /// it.
    public subscript(sopInstanceUID: String) -> Resolution? {
        get { resolutions[sopInstanceUID] }
        set { resolutions[sopInstanceUID] = newValue }
    }

    /// Whether the archive lacks frames of the image that a UID is the source of a concatenation of: in its resolution, they are
    /// targets of that UID, and there may be more behind.
    func isPartial(_ sopInstanceUID: String) -> Bool { partial.contains(sopInstanceUID) }

    mutating func setPartial(_ sopInstanceUID: String) {
        partial.insert(sopInstanceUID)
    }

    /// The Series that the instances of an archived Series stand in now, ascending; nil where that is itself alone, and for
    /// Series that the archive does not have.
    public func successors(ofSeries seriesInstanceUID: String) -> [String]? { successors[seriesInstanceUID] }

    public mutating func setSuccessors(_ uids: [String], ofSeries seriesInstanceUID: String) {
        if !uids.isEmpty, uids != [seriesInstanceUID] { successors[seriesInstanceUID] = uids }
    }

    /// By Concatenation UID in the archive; nil where its members stand as received.
    public func concatenation(_ uid: String) -> ConcatenationUIDs? { concatenations[uid] }

    public mutating func setConcatenation(_ uids: ConcatenationUIDs?, of uid: String) {
        concatenations[uid] = uids
    }

    /// Where some list in the archive says that an instance belongs which the archive does not have.
    public func listing(of sopInstanceUID: String) -> Listing? { listings[sopInstanceUID] }

    public mutating func setListing(_ listing: Listing?, of sopInstanceUID: String) {
        listings[sopInstanceUID] = listing
    }
}
