internal import Conversion

/// What is remembered of files that are made of single instances: all of it bounded, all of it made again where it is missing.
struct DerivedCaches: Sendable {
    let frames = BoundedCache<InstanceFrames>(limit: 4 << 20)
    /// Of frame lists and metadata.
    let sizes = BoundedCache<UInt64>(limit: 2 << 20)
    /// Instances of which frames were taken out a moment ago.
    let extractions = BoundedCache<FrameExtraction>(limit: 16 << 20)
}
