/// All that planning needs to know of one archived instance, so that a Patient is planned without opening a file.
///
/// Made from a file's header once, kept beside the index as a blob (`encoded()`), never holds pixel data.
public struct InstanceSummary: Sendable, Equatable {
    public var sopClassUID: String
    public var sopInstanceUID: String
    public var studyInstanceUID: String
    public var seriesInstanceUID: String
    public var transferSyntaxUID: String
    /// Series Date (0008,0021) and Series Time (0008,0031), trimmed, empty if absent: part of the new Series' identity.
    public var seriesDate: String = ""
    public var seriesTime: String = ""
    /// Presentation Intent Type (0008,0068), part of the new Series' identity.
    public var presentationIntentType: String = ""
    /// Instance Number (0020,0013).
    public var instanceNumber: Int?
    /// Body Part Examined (0018,0015).
    public var bodyPartExamined: String = ""
    /// Number of Frames (0028,0008), 1 if absent.
    public var numberOfFrames: Int = 1
    public var rows: Int = 0
    public var columns: Int = 0
    /// Digest over what instances must share to be combined (digest section 3, K-hard); 0 where nothing is combined.
    public var hardKey: UInt128 = 0
    /// Of images that draw over themselves: equal where one presentation state can hold it for several; else 0.
    public var graphicsKey: UInt128 = 0
    /// Of images that carry all that the true Enhanced class asks for (T-1): equal where they can be combined in one; else 0.
    public var trueEnhancedKey: UInt128 = 0
    /// Why the instance itself cannot be converted; nil for instances that can be, and for those nobody would convert.
    public var obstacle: ConversionReason?
    /// Of PET images: true if the classic Series of their frames is described by these alone (PS3.3 C.8.9.1).
    public var describesPETSeries: Bool = false
    /// True if the data set breaks off: what is behind is unknown, so that its references cannot be updated either.
    public var isDamaged: Bool = false
    /// Of classic CT, MR and PET images without obstacle.
    public var image: ImageFacts?
    /// Where the instance as a whole says it was converted from: Conversion Source Attributes Sequence (0020,9172).
    public var conversionSource: ConversionSource?
    /// Of Enhanced and Legacy Converted images: where each frame was converted from, by frameIndex from 0. Empty if no frame
    /// says so.
    public var frameOrigins: [FrameOrigin] = []
    /// Of a member of a concatenation.
    public var concatenation: ConcatenationMember?
    /// Of Enhanced and Legacy Converted images that are taken apart: all instances that the frames refer to, each once, ascending
    /// by UID.
    public var frameReferences: [NamedInstance] = []
    /// True if the last conversion of the instance was ours: what it put into references has UIDs of the form that ours have.
    public var isOfOurMaking: Bool = false
    /// What the instance, one of ours, was made from by a change of references alone.
    public var original: OriginalInstance?
    /// Study and Series of instances, as lists in this one give them, ascending; each with the instances listed.
    public var listings: [ListedInstances] = []
    /// What the instance refers to, ascending by UID, each once.
    public var references: [InstanceReference] = []
    /// Series that are referred to without a list of their instances, and UIDs in UIDREF items, ascending.
    public var seriesReferences: [String] = []

    public init(
        sopClassUID: String, sopInstanceUID: String, studyInstanceUID: String, seriesInstanceUID: String,
        transferSyntaxUID: String = "1.2.840.10008.1.2.1"
    ) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.transferSyntaxUID = transferSyntaxUID
    }

    /// What the instance is to the conversion.
    public var form: ConversionFamily.Form { ConversionFamily.form(ofSOPClassUID: sopClassUID) }
}

/// What an instance or a frame says it was converted from (0020,9172).
public struct ConversionSource: Sendable, Hashable {
    public var sopClassUID: String
    public var sopInstanceUID: String
    /// Referenced Frame Number (0008,1160), from 1.
    public var frameNumber: Int?

    public init(sopClassUID: String, sopInstanceUID: String, frameNumber: Int? = nil) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
    }
}

/// What a frame of a multi-frame image kept of the classic instance it was made from.
public struct FrameOrigin: Sendable, Hashable {
    public var source: ConversionSource?
    /// Series Instance UID (0020,000E) in the Unassigned macros: only our own conversion keeps it (E-13).
    public var seriesInstanceUID: String?
    /// Instance Number (0020,0013) in the Unassigned macros.
    public var instanceNumber: Int?

    public init(source: ConversionSource? = nil, seriesInstanceUID: String? = nil, instanceNumber: Int? = nil) {
        self.source = source
        self.seriesInstanceUID = seriesInstanceUID
        self.instanceNumber = instanceNumber
    }

    var isEmpty: Bool { source == nil && seriesInstanceUID == nil && instanceNumber == nil }
}

/// What frames of a multi-frame image refer to.
public struct NamedInstance: Sendable, Hashable {
    public var sopInstanceUID: String
    /// As the reference says: of an instance that the archive does not have nothing else tells what it is.
    public var sopClassUID: String

    public init(sopInstanceUID: String, sopClassUID: String) {
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
    }
}

/// Instances that a hierarchical list of references names.
public struct ListedInstances: Sendable, Hashable {
    public var listing: Listing
    /// SOP Instance UIDs, ascending.
    public var sopInstanceUIDs: [String]

    public init(listing: Listing, sopInstanceUIDs: [String]) {
        self.listing = listing
        self.sopInstanceUIDs = sopInstanceUIDs
    }
}

/// A reference to an instance: Referenced SOP Instance UID (0008,1155) somewhere in the data set.
public struct InstanceReference: Sendable, Hashable {
    public var sopInstanceUID: String
    /// All frames that are named in any reference to it (0008,1160), ascending, from 1; empty if none are named.
    public var frameNumbers: [Int]

    public init(sopInstanceUID: String, frameNumbers: [Int] = []) {
        self.sopInstanceUID = sopInstanceUID
        self.frameNumbers = frameNumbers
    }
}
