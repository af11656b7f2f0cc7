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

    /// What tells the thing at a level from all others of its kind.
    func identity(_ identity: NameTemplate.Identity) -> String {
        switch identity {
        case .patient: "\(attributes[.patientID] ?? "")\u{0}\(attributes[.issuerOfPatientID] ?? "")"
        case .study: studyInstanceUID
        case .series: seriesInstanceUID
        case .instance: sopInstanceUID
        }
    }
}

/// One component of a path before anyone looked whether its name is taken.
public struct NameComponent: Hashable, Sendable {
    /// The readable part, without code and suffix; may be empty.
    public var text: [UInt8]
    /// What the code is made from.
    public var identity: String
    public var suffix: [UInt8]
    public var codeLength: Int

    /// The name. `rehash` counts from 0; each gives another code, for a name that is taken by something else.
    public func name(rehash: Int = 0) -> [UInt8] {
        let code = IdentityCode.code(of: identity, rehash: rehash, length: codeLength)
        return (text.isEmpty ? [] : text + [SafeText.underscore]) + code + suffix
    }
}

extension NameTemplate {
    /// The path of an instance beneath its view's root.
    public func path(of instance: InstanceNaming) -> [NameComponent] {
        levels.map { component(of: instance, at: $0) }
    }

    private func component(of instance: InstanceNaming, at level: Level) -> NameComponent {
        var text: [UInt8] = []
        for part in level.parts {
            let piece = rendered(part, of: instance.attributes)
            if piece.isEmpty { continue }
            if !text.isEmpty { text.append(SafeText.underscore) }
            text += piece
        }
        let suffix = Array(level.suffix.utf8)
        let room = Self.maximumComponentLength - codeLength - suffix.count - 1
        if text.count > room { text = SafeText.text(text[...], limit: room) }
        return NameComponent(
            text: text, identity: instance.identity(level.identity), suffix: suffix, codeLength: codeLength)
    }

    private func rendered(_ part: Part, of attributes: NamingAttributes) -> [UInt8] {
        switch part {
        case .text(let keyword, let limit, let otherwise):
            let text = attributes.utf8(keyword).map { SafeText.text($0, limit: limit) } ?? []
            return text.isEmpty ? Array((otherwise ?? "").utf8) : text
        case .number(let keyword, let width):
            return attributes.utf8(keyword).flatMap { SafeText.number($0, width: width) } ?? []
        case .date(let keyword, let otherwise):
            return attributes.utf8(keyword).flatMap { SafeText.date($0) } ?? Array(otherwise.utf8)
        }
    }
}
