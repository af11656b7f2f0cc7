/// What stands in a view for each instance of the archive, as far as one Patient goes (G-9, G-12, R-rules).
public struct ReferenceMap: Sendable {
    /// An instance of the view, or a frame of it.
    public struct Target: Sendable, Hashable {
        public let sopClassUID: String
        public let sopInstanceUID: String
        public let seriesInstanceUID: String
        public let studyInstanceUID: String
        /// Counts from 1; nil for the whole instance.
        public let frameNumber: Int?

        public init(
            sopClassUID: String, sopInstanceUID: String, seriesInstanceUID: String, studyInstanceUID: String,
            frameNumber: Int? = nil
        ) {
            self.sopClassUID = sopClassUID
            self.sopInstanceUID = sopInstanceUID
            self.seriesInstanceUID = seriesInstanceUID
            self.studyInstanceUID = studyInstanceUID
            self.frameNumber = frameNumber
        }
    }

    /// What a source instance has become.
    public enum Resolution: Sendable {
        /// It stands in the view as received.
        case unchanged(Target)
        /// A single-frame instance that became one frame of another, or an instance whose references were updated.
        case one(Target)
        /// A multi-frame instance taken apart: the target of each frame, by frameIndex from 0.
        case frames([Target])
    }

    public let view: View
    private var resolutions: [String: Resolution]

    public init(view: View) {
        self.view = view
        resolutions = [:]
    }

    /// By SOP Instance UID in the archive; nil if the archive does not have it.
    public subscript(sopInstanceUID: String) -> Resolution? {
        get { resolutions[sopInstanceUID] }
        set { resolutions[sopInstanceUID] = newValue }
    }
}
