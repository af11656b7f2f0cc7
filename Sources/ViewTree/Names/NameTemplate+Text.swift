import Archive

extension NameTemplate {
    /// The template in the words in which it can be given: equal templates have equal texts. Indexes keep it.
    public var text: String {
        let levels = levels.map { level in
            level.parts.map(Self.text).joined() + Self.text(level.code) + level.suffix
        }
        return "\(style.rawValue) \(maximumLength) \(levels.joined(separator: "/"))"
    }

    /// The template of which `text` is the text; nil if it is of no template.
    public init?(text: String) {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, let style = NameStyle(rawValue: words[0]), let length = Int(words[1]),
            let template = try? NameTemplate(
                parsing: words[2].split(separator: "/").map(String.init), style: style, maximumLength: length)
        else { return nil }
        self = template
    }

    private static func text(_ part: Part) -> String {
        switch part {
        case .literal(let literal): return literal
        case .placeholder(let placeholder):
            var words = [Self.name(of: placeholder.value)]
            switch placeholder.form {
            case .text: break
            case .number(let width): words.append("number:\(width)")
            case .date(let form): words.append(form.rawValue)
            case .time: words.append("time")
            case .familyName: words.append("family")
            case .givenName: words.append("given")
            }
            if let limit = placeholder.limit { words.append(placeholder.keepsEnd ? "last:\(limit)" : "\(limit)") }
            if let letterCase = placeholder.letterCase { words.append(letterCase.rawValue) }
            if !placeholder.otherwise.isEmpty { words.append("or:\(placeholder.otherwise)") }
            return "{\(words.joined(separator: "|"))}"
        }
    }

    private static func text(_ code: Code?) -> String {
        guard let code else { return "" }
        return code.length == IdentityCode.length
            ? "{\(code.subject.rawValue)}" : "{\(code.subject.rawValue):\(code.length)}"
    }

    // MARK: The names of values

    /// The values that a placeholder can name: attributes by their keywords (PS3.6).
    public static let values: [(name: String, value: Value)] =
        [
            ("StudyInstanceUID", .studyInstanceUID), ("SeriesInstanceUID", .seriesInstanceUID),
            ("SOPInstanceUID", .sopInstanceUID),
        ]
        + NamingAttributes.Keyword.allCases.map { keyword in
            let name = "\(keyword)"
            return (name.prefix(1).uppercased() + name.dropFirst(), .attribute(keyword))
        }

    private static func name(of value: Value) -> String {
        values.first { $0.value == value }?.name ?? ""
    }
}
