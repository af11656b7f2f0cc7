/// The components of a Person Name, already decoded (PS3.5 section 6.2.1).
public struct PersonName: Hashable, Sendable {
    /// The five components of one representation of the name; empty where absent.
    public struct ComponentGroup: Hashable, Sendable {
        /// Family name complex.
        public let family: String
        /// Given name complex.
        public let given: String
        /// Middle name.
        public let middle: String
        /// Name prefix, such as "Dr.".
        public let prefix: String
        /// Name suffix, such as "Jr.".
        public let suffix: String

        /// The components of "family^given^middle^prefix^suffix"; what follows a fifth caret belongs to the suffix.
        public init(_ text: some StringProtocol) {
            let parts = text.split(separator: "^", maxSplits: 4, omittingEmptySubsequences: false)
            func part(_ index: Int) -> String { index < parts.count ? trimmed(parts[index]) : "" }
            family = part(0)
            given = part(1)
            middle = part(2)
            prefix = part(3)
            suffix = part(4)
        }

        /// Whether no component has a character.
        public var isEmpty: Bool {
            family.isEmpty && given.isEmpty && middle.isEmpty && prefix.isEmpty && suffix.isEmpty
        }
    }

    /// The name in letters, mostly Latin.
    public let alphabetic: ComponentGroup
    /// The name in ideographs.
    public let ideographic: ComponentGroup
    /// The name in kana or hangul.
    public let phonetic: ComponentGroup

    /// The components of one value "alphabetic=ideographic=phonetic"; groups after the third are ignored.
    public init(_ text: some StringProtocol) {
        let groups = text.split(separator: "=", omittingEmptySubsequences: false)
        func group(_ index: Int) -> ComponentGroup { ComponentGroup(index < groups.count ? String(groups[index]) : "") }
        alphabetic = group(0)
        ideographic = group(1)
        phonetic = group(2)
    }
}

private func trimmed(_ text: some StringProtocol) -> String {
    let isPadding: (Character) -> Bool = { $0 == " " || $0 == "\0" }
    var bare = text[...].drop(while: isPadding)
    while let last = bare.last, isPadding(last) { bare.removeLast() }
    return String(bare)
}
