/// What is wrong with the words of a template, and what to say instead.
public struct NameTemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which level, from 0.
    public var levelIndex: Int
    public var description: String
}

extension NameTemplate {
    /// Reads the words of a template, one text for each level; docs/PROFILES.md describes them.
    public init(
        parsing texts: [String], style: NameStyle = .portable, maximumLength: Int? = nil
    ) throws(NameTemplateError) {
        let length = maximumLength ?? style.maximumLength
        var levels: [Level] = []
        for (index, text) in texts.enumerated() {
            do throws(LevelReader.Problem) {
                var reader = LevelReader(text, style: style)
                let isFile = index == texts.count - 1
                let level = try reader.read()
                try Self.check(level, isFile: isFile, style, length)
                levels.append(level)
            } catch {
                throw NameTemplateError(levelIndex: index, description: "\"\(text)\": \(error.description)")
            }
        }
        func refuse(_ description: String) -> NameTemplateError {
            NameTemplateError(levelIndex: max(0, texts.count - 1), description: description)
        }
        guard !levels.isEmpty else { throw refuse("there is no level; the last one names the files") }
        guard levels.count <= style.levelLimit else {
            throw refuse(
                "\(levels.count) levels are too many; the style \(style.rawValue) has at most \(style.levelLimit)")
        }
        guard (1...style.lengthLimit).contains(length) else {
            throw refuse(
                "a component of \(length) bytes cannot be; the style \(style.rawValue) has 1 to \(style.lengthLimit)")
        }
        self.init(levels: levels, style: style, maximumLength: length)
    }

    private static func check(
        _ level: Level, isFile: Bool, _ style: NameStyle, _ maximumLength: Int
    ) throws(LevelReader.Problem) {
        let fixed = (level.code?.length ?? 0) + level.suffix.utf8.count
        if fixed > maximumLength {
            throw LevelReader.Problem("code and ending alone have \(fixed) bytes, and names at most \(maximumLength)")
        }
        if level.code == nil, level.suffix.utf8.count >= maximumLength {
            throw LevelReader.Problem("the ending leaves no room for a name of at most \(maximumLength) bytes")
        }
        guard isFile else { return }
        if level.code?.subject == .instance { return }
        let namesInstance = level.parts.contains { part in
            if case .placeholder(let placeholder) = part {
                return placeholder.value == .sopInstanceUID && placeholder.limit == nil
            }
            return false
        }
        guard namesInstance, style == .portable, maximumLength >= 64 + level.suffix.utf8.count else {
            throw LevelReader.Problem(
                "the last level names files: let it hold {InstanceCode}, or a whole {SOPInstanceUID} "
                    + "with `length: \(64 + level.suffix.utf8.count)` or more, so that no two files have one name")
        }
    }
}

/// Reads the words of one level.
private struct LevelReader {
    struct Problem: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    private let style: NameStyle
    private var rest: Substring
    private var parts: [NameTemplate.Part] = []
    private var code: NameTemplate.Code?
    private var suffix = ""

    init(_ text: String, style: NameStyle) {
        rest = text[...]
        self.style = style
    }

    mutating func read() throws(Problem) -> NameTemplate.Level {
        while let first = rest.first {
            if first == "{" {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: "}") else { throw Problem("a { without its }") }
                try readPlaceholder(String(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                let literal = String(rest.prefix { $0 != "{" })
                rest = rest.dropFirst(literal.count)
                try add(literal)
            }
        }
        if parts.isEmpty, code == nil { throw Problem("it names nothing") }
        // What ends a name of a level without code and begins with "." is not to be cut.
        if code == nil, parts.count > 1, case .literal(let literal) = parts[parts.count - 1], literal.hasPrefix(".") {
            suffix = literal
            parts.removeLast()
        }
        return NameTemplate.Level(parts, code: code, suffix: suffix)
    }

    private mutating func add(_ literal: String) throws(Problem) {
        for byte in literal.utf8 {
            let mapped = style.mapped(byte)
            guard mapped == byte || (style == .fileID && (0x61...0x7A).contains(byte)) else {
                let characters = style == .portable ? "letters, digits, - _ ." : "capital letters, digits, _"
                throw Problem(
                    "\"\(literal)\" has characters that names of the style \(style.rawValue) lack; it has \(characters)"
                )
            }
        }
        let literal = style == .fileID ? literal.uppercased() : literal
        if code == nil { parts.append(.literal(literal)) } else { suffix += literal }
    }

    private mutating func readPlaceholder(_ text: String) throws(Problem) {
        guard code == nil else {
            throw Problem("{\(text)} comes after a code; a code is the last placeholder of its level")
        }
        let words = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let name = words[0]
        let codeWords = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let subject = NameTemplate.Subject(rawValue: codeWords[0]) {
            guard words.count == 1 else {
                throw Problem("{\(text)}: a code takes no transform, only a length, as {\(codeWords[0]):8}")
            }
            let length = codeWords.count == 2 ? Int(codeWords[1]) : IdentityCode.length
            guard let length, IdentityCode.lengths.contains(length) else {
                throw Problem(
                    "{\(text)}: a code has \(IdentityCode.lengths.lowerBound) to \(IdentityCode.lengths.upperBound) characters"
                )
            }
            code = NameTemplate.Code(subject, length: length)
            return
        }
        guard let value = NameTemplate.values.first(where: { $0.name == name })?.value else {
            throw Problem("{\(name)}: no such placeholder\(Self.suggestion(for: name))")
        }
        var placeholder = NameTemplate.Placeholder(value)
        for word in words.dropFirst() { try apply(word, to: &placeholder) }
        parts.append(.placeholder(placeholder))
    }

    private func apply(_ word: String, to placeholder: inout NameTemplate.Placeholder) throws(Problem) {
        let pair = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let argument = pair.count == 2 ? pair[1] : nil
        switch (pair[0], argument) {
        case ("number", let argument?):
            guard let width = Int(argument), (1...12).contains(width) else {
                throw Problem("|\(word): say number:1 to number:12")
            }
            placeholder.form = .number(width: width)
        case ("number", nil): placeholder.form = .number(width: 1)
        case ("time", nil): placeholder.form = .time
        case ("family", nil): placeholder.form = .familyName
        case ("given", nil): placeholder.form = .givenName
        case ("upper", nil): placeholder.letterCase = .upper
        case ("lower", nil): placeholder.letterCase = .lower
        case ("or", let text?):
            let bytes = Array(text.utf8)
            guard !bytes.isEmpty, SafeText.text(bytes[...], limit: 255, style: style) == bytes.map(style.mapped) else {
                throw Problem("|\(word): what stands in for a missing value must be fit for a name itself")
            }
            placeholder.otherwise = String(decoding: bytes.map(style.mapped), as: UTF8.self)
        case ("last", let argument?):
            guard let limit = Int(argument), limit > 0 else {
                throw Problem("|\(word): say how many bytes, as |last:4")
            }
            placeholder.limit = limit
            placeholder.keepsEnd = true
        default:
            if argument == nil, let form = NameTemplate.DateForm(rawValue: word) {
                placeholder.form = .date(form)
            } else if argument == nil, let limit = Int(word), limit > 0 {
                placeholder.limit = limit
                placeholder.keepsEnd = false
            } else {
                throw Problem(
                    "|\(word): no such transform; there are a length, number:N, last:N, date, isodate, year, month, day, "
                        + "time, family, given, upper, lower, or:TEXT")
            }
        }
    }

    private static func suggestion(for name: String) -> String {
        let wanted = name.lowercased()
        let names = NameTemplate.values.map(\.name) + NameTemplate.Subject.allCases.map(\.rawValue)
        let close =
            names.first { $0.lowercased() == wanted }
            ?? names.first { $0.lowercased().contains(wanted) && !wanted.isEmpty }
        return close.map { "; did you mean {\($0)}?" } ?? "; docs/PROFILES.md lists them"
    }
}
