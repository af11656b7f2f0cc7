public import Archive

/// How the path of an instance is made from its attributes: one level for each directory, the last for the file.
///
/// A path is a function of the one instance alone, and a directory is the set of instances that render to it, so no arrival
/// ever renames anything. Each component is readable text followed by a code of the identity that the level stands for.
public struct NameTemplate: Hashable, Sendable {
    /// What a level stands for; its code is made from this.
    public enum Identity: Hashable, Sendable {
        /// Patient ID and its issuer: not the name, whose spelling varies.
        case patient
        case study
        case series
        case instance
    }

    /// One piece of the readable text of a component.
    public enum Part: Hashable, Sendable {
        /// The attribute's text, cut to `limit` bytes; `otherwise` if nothing is left of it.
        case text(NamingAttributes.Keyword, limit: Int, otherwise: String? = nil)
        /// An integer padded with zeros, so that names sort as a person wants; left out if there is none.
        case number(NamingAttributes.Keyword, width: Int)
        /// A date as YYYYMMDD, or `otherwise`.
        case date(NamingAttributes.Keyword, otherwise: String)
    }

    /// One component of a path.
    public struct Level: Hashable, Sendable {
        public var parts: [Part]
        public var identity: Identity
        /// Ends the name, such as ".dcm".
        public var suffix: String

        public init(_ parts: [Part], identity: Identity, suffix: String = "") {
            self.parts = parts
            self.identity = identity
            self.suffix = suffix
        }
    }

    /// From the view's root down; at least the file.
    public var levels: [Level]
    /// Characters of a code.
    public var codeLength: Int

    /// Bytes of a component at most: for tools and file systems with short names.
    public static let maximumComponentLength = 64

    public init(levels: [Level], codeLength: Int = 10) {
        self.levels = levels
        self.codeLength = codeLength
    }

    /// `<patient>/<study>/<series>/<instance>.dcm` (design: the trees).
    public static let `default` = NameTemplate(levels: [
        Level([.text(.patientID, limit: 40, otherwise: "no-id")], identity: .patient),
        Level([.date(.studyDate, otherwise: "undated"), .text(.studyDescription, limit: 40)], identity: .study),
        Level(
            [.number(.seriesNumber, width: 4), .text(.modality, limit: 8), .text(.seriesDescription, limit: 30)],
            identity: .series),
        Level([.number(.instanceNumber, width: 5)], identity: .instance, suffix: ".dcm"),
    ])
}
