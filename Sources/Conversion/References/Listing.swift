/// The Study and Series that a hierarchical list of references gives for an instance: all that can be known of one that the
/// archive does not have.
public struct Listing: Sendable, Hashable {
    public let studyInstanceUID: String
    public let seriesInstanceUID: String

    public init(studyInstanceUID: String, seriesInstanceUID: String) {
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
    }

    /// The order in which one of several that contradict each other is chosen.
    func precedes(_ other: Listing) -> Bool {
        if studyInstanceUID != other.studyInstanceUID {
            return studyInstanceUID.utf8.lexicographicallyPrecedes(other.studyInstanceUID.utf8)
        }
        return seriesInstanceUID.utf8.lexicographicallyPrecedes(other.seriesInstanceUID.utf8)
    }
}
