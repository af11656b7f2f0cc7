/// A SOP Class, by its UID (PS3.4, PS3.6 table A-1). Any string makes one: private and future classes are met in files.
public struct SOPClass: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The UID, without padding.
    public let rawValue: String

    /// The SOP Class of a UID without padding.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The registered name, such as "CT Image Storage"; nil if the UID is not registered.
    public var name: String? { UIDRegistry.name(for: rawValue) }

    /// The registered name, otherwise the UID.
    public var description: String { name ?? rawValue }
}
