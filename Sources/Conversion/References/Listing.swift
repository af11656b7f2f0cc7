/// The Study and Series that a hierarchical list of references gives for an instance: all that can be known of one that the
/// archive does not have.
public struct Listing: Sendable, Hashable {
    public let studyInstanceUID: String
    public let seriesInstanceUID: String

    public init(studyInstanceUID: String, seriesInstanceUID: String) {
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
    }

    /// Whether the Series is one that we gave for want of a listing, in a list of our own that is in the archive now: it says
    /// nothing of where the instance belongs.
    func isPlaceholder(for sopInstanceUID: String) -> Bool {
        DerivedUID.canBe(seriesInstanceUID)
            && View.allCases.contains { Self.placeholderSeries(for: sopInstanceUID, in: $0) == seriesInstanceUID }
    }

    /// What stands for the Series of an instance of which no list says where it belongs.
    static func placeholderSeries(for sopInstanceUID: String, in view: View) -> String {
        DerivedUID.make(.unresolvedSeries, view: view, identity: [sopInstanceUID])
    }

    /// The order in which one of several that contradict each other is chosen.
    func precedes(_ other: Listing) -> Bool {
        if studyInstanceUID != other.studyInstanceUID {
            return studyInstanceUID.utf8.lexicographicallyPrecedes(other.studyInstanceUID.utf8)
        }
        return seriesInstanceUID.utf8.lexicographicallyPrecedes(other.seriesInstanceUID.utf8)
    }
}
