/// How the frames of an image lie in Pixel Data under a transfer syntax (PS3.5 Annex A).
public enum FrameEncoding: Hashable, Sendable {
    /// One after the other, each of the same size, not encapsulated (PS3.5 section 8.1.1).
    case native
    /// Encapsulated, each frame in exactly one fragment.
    case oneFragmentPerFrame
    /// Encapsulated, each frame in one or more fragments, no fragment with parts of two frames (PS3.5 section A.4).
    case fragmentsPerFrame
    /// Encapsulated, a component may span frames: JPEG 2000 Part 2 (PS3.5 section A.4.5).
    case acrossFrames
    /// Encapsulated, a video stream without frames of its own (PS3.5 sections A.4.6 to A.4.11).
    case stream
    /// No Pixel Data: they are fetched from a URL by JPIP (PS3.5 sections A.6 and A.7).
    case referenced
    /// Sent over SMPTE ST 2110, never stored (PS3.5 section A.8).
    case realTime
    /// Not known here: a transfer syntax that is private, newer than this table, or no data set encoding at all.
    case unknown
}
