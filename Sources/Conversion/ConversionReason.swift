public import DICOM

/// Why an instance is shown as it was received in a view that would convert it, or what had to be settled by a rule when it
/// was converted. Recorded, and shown by `status`.
public struct ConversionReason: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        // Shown as received:
        case damaged  // the file breaks off or cannot be parsed
        case sourceUnavailable  // the system refused to read it; tried again at each look through the archive
        case pixelDataMissing
        case pixelDataTruncated  // shorter than Rows, Columns, ... say
        case missingAttribute  // a mandatory attribute of the target has no value and must not be invented
        case unsupportedValue  // a value that the target does not allow and that must not be changed
        case notMonochrome2
        case burnedInAnnotation  // digest 2.2
        case mosaic  // tiles in one image are no slices
        case multiFrameClassic  // more than one frame in a single-frame class
        case transferSyntax  // frames cannot be told apart or taken over without decoding
        case missingFunctionalGroups
        case inconsistentFrames  // counts of frames, items and pixel data differ
        case tooLarge
        case concatenation
        case referencesNotUpdated
        case identityTaken  // what would be made has the UID of something else in the archive
        case notDerived  // a fault of this program: the views of the Patient could not be kept
        // Converted; a value was settled by a rule that a reader should know of:
        case placeholderDate
        case sliceThicknessFromSpacing
        case unknownLaterality
        case unresolvedReference
        case differingTopLevelValue
        case doubtfulValue  // as received, though the standard does not allow it
        case copyNotShown  // a file in the archive is a copy of what the view makes itself, and is not shown
    }

    public let code: Code
    /// The attribute it is about.
    public let tag: Tag?
    public let detail: String

    public init(_ code: Code, tag: Tag? = nil, _ detail: String = "") {
        self.code = code
        self.tag = tag
        self.detail = detail
    }

    public var description: String {
        [code.rawValue, tag.map { "\($0)" } ?? "", detail].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
