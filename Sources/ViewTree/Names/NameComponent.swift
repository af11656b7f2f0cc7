/// One component of a path before anyone looked whether its name is taken.
public struct NameComponent: Hashable, Sendable {
    /// The readable part, without code and suffix; may be empty.
    public var text: [UInt8]
    /// What stands between text and code where there is a text.
    public var joint: [UInt8]
    /// What the code is made from; empty in a level without one.
    public var identity: String
    public var suffix: [UInt8]
    /// Characters of the code; 0 in a level without one.
    public var codeLength: Int
    public var style: NameStyle
    /// Bytes of the name at most.
    public var maximumLength: Int

    /// The name. `rehash` counts from 0; each gives another code, for a name that is taken by something else. In a level without
    /// code such a name gets one, in place of the end of its text if it must.
    public func name(rehash: Int = 0) -> [UInt8] {
        if codeLength == 0, rehash == 0 { return text + suffix }
        let length = codeLength > 0 ? codeLength : min(IdentityCode.length, maximumLength - suffix.count)
        var code = IdentityCode.code(of: identity, rehash: rehash, length: length)
        if style == .fileID { code = code.map(style.mapped) }
        if codeLength > 0 { return (text.isEmpty ? [] : text + joint) + code + suffix }
        let room = maximumLength - suffix.count - code.count - 1
        return text.prefix(max(0, room)) + (room > 0 ? [SafeText.underscore] : []) + code + suffix
    }
}
