public import Archive

/// Something about a file of a view that is not as it must be.
public struct ViewFault: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The view holds it and should not, or the reverse.
        case membership
        /// What the index says of it does not follow from the files.
        case notAsDerived
        /// It cannot be opened or read to its end.
        case unreadable
        /// Its bytes say that it is another instance.
        case otherIdentity
        /// It refers to what is not in its view, and to nothing that its sources refer to.
        case unresolvedReference
    }

    public var kind: Kind
    public var view: ViewCode
    public var sopInstanceUID: String
    /// `ViewInstanceRow.id`; 0 if the index has no such row.
    public var viewInstanceID: Int64
    public var detail: String
}
