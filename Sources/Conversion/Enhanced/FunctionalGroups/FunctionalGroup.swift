internal import DICOM

/// A functional group macro (PS3.3 C.7.6.16.2): a pure function of one source frame.
protocol FunctionalGroup {
    /// The sequence that is the macro.
    static var sequence: Tag { get }

    /// True for macros that the standard forbids in Shared Functional Groups (E-15).
    static var isNeverShared: Bool { get }

    /// True for sequences of type 2: where some frames have items, the others have the sequence without (E-15).
    static var isEmptyElsewhere: Bool { get }

    /// Attributes of the source that the macro takes over as they are, so that they need not be kept in Unassigned as well.
    /// Attributes that conversion may add where the source has none are not among them.
    static func movedTags(_ family: ConversionFamily) -> [Tag]

    /// False if an attribute of `movedTags` is not taken over from `frame` after all.
    static func moves(_ tag: Tag, from frame: SourceFrame) -> Bool

    /// The macro for `frame`, nil where it does not apply.
    ///
    /// - Throws: why `frame` has no place in an enhanced instance.
    static func value(_ frame: SourceFrame, _ context: SynthesisContext) throws(ConversionReason)
        -> FunctionalGroupValue?
}

extension FunctionalGroup {
    static var isNeverShared: Bool { false }
    static var isEmptyElsewhere: Bool { false }
    static func movedTags(_ family: ConversionFamily) -> [Tag] { [] }
    static func moves(_ tag: Tag, from frame: SourceFrame) -> Bool { true }
}

/// A functional group of one frame.
struct FunctionalGroupValue {
    var items: [DataSetBuilder]
    /// What was settled by a rule.
    var notes: [ConversionReason] = []

    init(_ item: DataSetBuilder, notes: [ConversionReason] = []) {
        items = [item]
        self.notes = notes
    }

    init(items: [DataSetBuilder]) {
        self.items = items
    }
}
