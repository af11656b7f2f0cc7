public import Archive

/// What a path is rendered from: one instance as it is in one view.
public struct InstanceNaming: Hashable, Sendable {
    public var attributes: NamingAttributes
    public var studyInstanceUID: String
    public var seriesInstanceUID: String
    public var sopInstanceUID: String

    public init(
        attributes: NamingAttributes, studyInstanceUID: String, seriesInstanceUID: String, sopInstanceUID: String
    ) {
        self.attributes = attributes
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.sopInstanceUID = sopInstanceUID
    }

    /// The naming of a stored instance of a view.
    public init(_ row: ViewInstanceRow) {
        self.init(
            attributes: row.attributes, studyInstanceUID: row.studyInstanceUID,
            seriesInstanceUID: row.seriesInstanceUID, sopInstanceUID: row.sopInstanceUID)
    }

    /// What tells the thing of a level from all others of its kind.
    func identity(_ subject: NameTemplate.Subject) -> String {
        switch subject {
        case .patient: "\(attributes[.patientID] ?? "")\u{0}\(attributes[.issuerOfPatientID] ?? "")"
        case .study: studyInstanceUID
        case .series: seriesInstanceUID
        case .instance: sopInstanceUID
        }
    }

    fileprivate func utf8(_ value: NameTemplate.Value) -> ArraySlice<UInt8>? {
        switch value {
        case .attribute(let keyword): attributes.utf8(keyword)
        case .studyInstanceUID: Array(studyInstanceUID.utf8)[...]
        case .seriesInstanceUID: Array(seriesInstanceUID.utf8)[...]
        case .sopInstanceUID: Array(sopInstanceUID.utf8)[...]
        }
    }
}

extension NameTemplate {
    /// The path of an instance beneath its view's root.
    public func path(of instance: InstanceNaming) -> [NameComponent] {
        let file = levels.count - 1
        return levels.enumerated().map { component(of: instance, at: $1, isFile: $0 == file) }
    }

    private func component(of instance: InstanceNaming, at level: Level, isFile: Bool) -> NameComponent {
        var text: [UInt8] = []
        for part in level.parts {
            switch part {
            case .literal(let literal): append(Array(literal.utf8)[...], to: &text)
            case .placeholder(let placeholder): append(rendered(placeholder, of: instance)[...], to: &text)
            }
        }
        let suffix = Array(level.suffix.utf8)
        let hasJoint = level.code != nil && text.last == SafeText.underscore
        while let last = text.last, SafeText.isMark(last) { text.removeLast() }
        let room = maximumLength - suffix.count - (level.code?.length ?? 0) - (hasJoint ? 1 : 0)
        if text.count > room { text = SafeText.text(text[...], limit: max(0, room), style: style) }
        if text.isEmpty, level.code == nil { text = Array("unknown".utf8).map(style.mapped) }
        // A file always is one instance; other levels without code are whatever reads the same.
        let identity = level.code.map { instance.identity($0.subject) } ?? (isFile ? instance.sopInstanceUID : "")
        return NameComponent(
            text: text, joint: hasJoint ? [SafeText.underscore] : [], identity: identity, suffix: suffix,
            codeLength: level.code?.length ?? 0, style: style, maximumLength: maximumLength)
    }

    /// Adds a piece. Names do not begin with a mark, and where nothing stands between two "_" one of them is enough.
    private func append(_ piece: ArraySlice<UInt8>, to text: inout [UInt8]) {
        for byte in piece {
            let byte = style.mapped(byte)
            if text.isEmpty, SafeText.isMark(byte) { continue }
            if byte == SafeText.underscore, text.last == byte { continue }
            text.append(byte)
        }
    }

    private func rendered(_ placeholder: Placeholder, of instance: InstanceNaming) -> [UInt8] {
        var text = instance.utf8(placeholder.value).flatMap { self.text(of: $0, placeholder.form) } ?? []
        if let limit = placeholder.limit, text.count > limit {
            text =
                placeholder.keepsEnd ? Array(text.suffix(limit)) : SafeText.text(text[...], limit: limit, style: style)
        }
        switch placeholder.letterCase {
        case .upper: text = text.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        case .lower: text = text.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        case nil: break
        }
        return text.isEmpty ? Array(placeholder.otherwise.utf8) : text
    }

    private func text(of value: ArraySlice<UInt8>, _ form: Form) -> [UInt8]? {
        switch form {
        case .text: SafeText.text(value, limit: 255, style: style)
        case .number(let width): SafeText.number(value, width: width)
        case .time: SafeText.time(value)
        case .familyName: SafeText.text(SafeText.nameComponent(value, at: 0), limit: 255, style: style)
        case .givenName: SafeText.text(SafeText.nameComponent(value, at: 1), limit: 255, style: style)
        case .date(let form):
            SafeText.date(value).map { digits in
                let dash = [UInt8(ascii: "-")]
                return switch form {
                case .date: digits
                case .isodate: Array(digits[0..<4] + dash + digits[4..<6] + dash + digits[6..<8])
                case .year: Array(digits[0..<4])
                case .month: Array(digits[4..<6])
                case .day: Array(digits[6..<8])
                }
            }
        }
    }
}
