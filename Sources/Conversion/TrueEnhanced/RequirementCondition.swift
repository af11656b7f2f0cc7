internal import DICOM

/// When an attribute, a module or a macro is required, read from the words of the standard: "Required if Frame Type (0008,9007)
/// Value 1 of this frame is ORIGINAL and Acquisition Type (0018,9302) is other than CONSTANT_ANGLE. May be ...".
struct RequirementCondition: Sendable {
    enum Clause: Sendable, Equatable {
        /// The value (counted from 1, nil for the first) is one of the terms, or, if negated, another one.
        case value(Tag, number: Int?, terms: [String], isNegated: Bool, allowsAbsent: Bool)
        case present(Tag, isNegated: Bool)
        case constant(Bool)
        /// Something that no attribute says outright.
        case fact(String)
    }

    /// Whether what is not required may be there all the same.
    enum Allowance: Sendable, Equatable {
        case always
        /// In one of these cases; none means never.
        case cases([[Clause]])
    }

    /// One of these holds; each is clauses that hold together.
    let alternatives: [[Clause]]
    let otherwise: Allowance

    /// Words that begin what is no condition any more.
    private static let ends = [
        ". May be", ", may be", "; may be", " May be present", ". Otherwise", " Otherwise", ". Note", ". See",
        ". One or",
        ". Only", ". Defined", ". Enumerated", ". If ",
    ]

    init(_ text: String) {
        if text.isEmpty {
            (alternatives, otherwise) = ([], .cases([]))
            return
        }
        alternatives = Self.alternatives(text[...])
        otherwise = Self.allowance(text)
    }

    private static func allowance(_ text: String) -> Allowance {
        for words in ["ay be present otherwise", "therwise may be present", "ay be present if "] {
            guard let found = text.firstRange(of: words) else { continue }
            let rest = text[found.upperBound...].drop { $0 == " " || $0 == "," }
            let isConditional = words.hasSuffix("if ") || rest.hasPrefix("if ") || rest.hasPrefix("only if ")
            return isConditional ? .cases(alternatives(rest.hasPrefix("only ") ? rest.dropFirst(5) : rest)) : .always
        }
        return .cases([])
    }

    private static func alternatives(_ text: Substring) -> [[Clause]] {
        var rest = text
        for end in Self.ends { if let found = rest.firstRange(of: end) { rest = rest[..<found.lowerBound] } }
        if rest.hasSuffix(".") { rest.removeLast() }
        while rest.hasPrefix("Required if") {
            rest = rest.dropFirst("Required if".count).drop { $0 == " " || $0 == ":" }
        }
        return rest.split(separator: ", or ").map { alternative in
            alternative.split(separator: " and ").map { clause($0) }
        }
    }

    // MARK: Reading

    private static func clause(_ text: Substring) -> Clause {
        var text = text.drop { $0 == " " }
        if text.hasPrefix("if ") { text = text.dropFirst(3) }
        // The classes at hand are none of those that such clauses except or add.
        if text.hasPrefix("not \"") || text.contains("SOP Class UID is not") { return .constant(true) }
        if text.contains("SOP Class UID is ") { return .constant(false) }
        guard let (tag, end) = tag(in: text) else { return .fact(String(text)) }
        var tail = text[end...].drop { $0 == " " }
        var number: Int?
        if tail.hasPrefix("Value ") || tail.hasPrefix("value ") {
            tail = tail.dropFirst(6)
            number = tail.first?.wholeNumberValue
            tail = tail.dropFirst().drop { $0 == " " }
        }
        if tail.hasPrefix("of this frame ") { tail = tail.dropFirst("of this frame ".count) }
        switch tail {
        case "is present", "exists", "is used": return .present(tag, isNegated: false)
        case "is not present", "is absent": return .present(tag, isNegated: true)
        default: break
        }
        for (words, isNegated) in [
            ("is other than ", true), ("equals other than ", true), ("is not equal to ", true), ("is equal to ", false),
            ("is EQUAL to ", false), ("equals ", false), ("is absent or has a value of ", false), ("is ", false),
        ] where tail.hasPrefix(words) {
            var terms = tail.dropFirst(words.count).split(separator: " or ").flatMap { $0.split(separator: ", ") }
                .map { String($0.filter { $0 != "\"" }) }
            let allowsAbsent = terms.contains("is absent") || words.hasPrefix("is absent")
            terms.removeAll { $0 == "is absent" }
            guard terms.allSatisfy({ !$0.contains(" ") && !$0.isEmpty }) else { return .fact(String(text)) }
            return .value(tag, number: number, terms: terms, isNegated: isNegated, allowsAbsent: allowsAbsent)
        }
        return .fact(String(text))
    }

    /// The first "(gggg,eeee)" and where it ends.
    private static func tag(in text: Substring) -> (Tag, Substring.Index)? {
        var start = text.startIndex
        while let open = text[start...].firstIndex(of: "(") {
            let inner = text[open...].dropFirst().prefix(10)
            start = text.index(after: open)
            guard inner.count == 10, inner.last == ")", inner.dropFirst(4).first == ",",
                let group = UInt16(inner.prefix(4), radix: 16),
                let element = UInt16(inner.dropFirst(5).prefix(4), radix: 16)
            else { continue }
            return (Tag(group, element), inner.endIndex)
        }
        return nil
    }

    // MARK: Judging

    /// Whether it holds for an image with these attributes.
    func holds(for attributes: DataSetBuilder) -> Bool { Self.hold(alternatives, attributes) }

    /// Whether what it is about may be there: it holds, or the words after it allow it. Facts are then shown by its being there.
    func allows(_ attributes: DataSetBuilder) -> Bool {
        guard case .cases(let cases) = otherwise else { return true }
        return (alternatives + cases).contains { clauses in
            clauses.allSatisfy { clause in
                if case .fact = clause { true } else { Self.holds(clause, attributes) }
            }
        }
    }

    private static func hold(_ alternatives: [[Clause]], _ attributes: DataSetBuilder) -> Bool {
        alternatives.contains { clauses in clauses.allSatisfy { holds($0, attributes) } }
    }

    private static func holds(_ clause: Clause, _ attributes: DataSetBuilder) -> Bool {
        switch clause {
        case .constant(let value): return value
        case .present(let tag, let isNegated): return attributes.hasValue(tag) != isNegated
        case .value(let tag, let number, let terms, let isNegated, let allowsAbsent):
            let values = attributes.strings(tag)
            let index = (number ?? 1) - 1
            guard values.indices.contains(index), !values[index].isEmpty else { return allowsAbsent }
            return terms.contains(values[index]) != isNegated
        case .fact(let text): return holds(fact: text, attributes)
        }
    }

    /// What attributes tell of it; what none tells of is not known to have been so.
    private static func holds(fact text: String, _ attributes: DataSetBuilder) -> Bool {
        func isApplied(_ technique: Tag) -> Bool { attributes.string(technique).map { $0 != "NONE" } ?? false }
        if text.contains("contrast media w") {
            return attributes.hasValue(.contrastBolusAgent) || attributes.hasValue(.contrastBolusAgentSequence)
        }
        if text.contains("planned on another") { return attributes.hasValue(.referencedImageSequence) }
        if text.contains("derived from another") { return attributes.hasValue(.sourceImageSequence) }
        if text.contains("time synchronization was") {
            return attributes.hasValue(.synchronizationFrameOfReferenceUID)
                || attributes.hasValue(.acquisitionTimeSynchronized)
        }
        if text.contains("cardiac synchronization was") {
            return isApplied(.cardiacSynchronizationTechnique)
                || attributes.hasValue(.nominalCardiacTriggerDelayTime)
        }
        if text.contains("respiratory synchronization was") {
            return isApplied(.respiratoryMotionCompensationTechnique)
        }
        if text.contains("bulk motion synchronization was") { return isApplied(.bulkMotionCompensationTechnique) }
        // Which system is not?
        if text.contains("system is capable of calculating") { return true }
        if text.contains("multiple X-Ray sources") { return attributes.hasValue(.ctAdditionalXRaySourceSequence) }
        return false
    }
}
