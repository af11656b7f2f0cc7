/// One instance of a view, as planned from summaries alone: what it is, what it is made from, and its UIDs.
public struct PlannedInstance: Sendable {
    public enum Form: Sendable {
        /// The source's own bytes. `reason` if the view would rather have converted it.
        case asReceived(source: Int, reason: ConversionReason?)
        /// Classic instances combined.
        case enhanced(EnhancedPlan)
        /// One frame of a multi-frame instance.
        case classic(ClassicPlan)
        /// The source with its references changed to what stands in this view for their targets.
        case updated(source: Int)
        /// What classic instances draw over their images, for frames of a multi-frame instance made of them.
        case presentationState(PresentationStatePlan)
    }

    public var form: Form
    public var sopClassUID: String
    public var sopInstanceUID: String
    public var seriesInstanceUID: String
    public var studyInstanceUID: String
    /// The UID that says all of what the bytes depend on, the sources' own aside: the SOP Instance UID, but where that is
    /// an original one given back (C-8).
    public var derivedUID: String

    public init(
        form: Form, sopClassUID: String, sopInstanceUID: String, seriesInstanceUID: String, studyInstanceUID: String,
        derivedUID: String? = nil
    ) {
        self.form = form
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.studyInstanceUID = studyInstanceUID
        self.derivedUID = derivedUID ?? sopInstanceUID
    }

    /// Whether it is what its sources were made from, under the UID that it had (C-8).
    public var isOriginal: Bool { sopInstanceUID != derivedUID }

    /// The summaries it is made from, as indices, in the order in which the synthesis wants its sources.
    public var sources: [Int] {
        switch form {
        case .asReceived(let source, _), .updated(let source): [source]
        case .enhanced(let plan): plan.frames.map(\.source)
        case .classic(let plan): plan.members
        case .presentationState(let plan): plan.frames.map(\.source)
        }
    }
}

/// Along what the frames of a multi-frame instance differ, besides their position in the stack (PS3.3 C.7.6.17).
public enum DimensionAxis: String, Sendable, Hashable {
    /// Temporal Position Index (0020,9128) in Frame Content.
    case temporalPosition
    /// Echo Time (0018,0081), in Unassigned Per-Frame.
    case echoTime
    /// Diffusion b-value (0018,9087), in Unassigned Per-Frame.
    case diffusionBValue
    /// Diffusion Gradient Orientation (0018,9089), in Unassigned Per-Frame; images without one come first.
    case diffusionGradientOrientation
}

/// How classic instances are combined.
public struct EnhancedPlan: Sendable {
    public struct Frame: Sendable {
        /// Index of the summary.
        public var source: Int
        /// In-Stack Position Number (0020,9057), from 1.
        public var inStackPositionNumber: Int
        /// One index for each axis, from 1.
        public var axisIndices: [Int]

        public init(source: Int, inStackPositionNumber: Int, axisIndices: [Int]) {
            self.source = source
            self.inStackPositionNumber = inStackPositionNumber
            self.axisIndices = axisIndices
        }
    }

    /// In frame order.
    public var frames: [Frame]
    /// Axes other than the stack position, slowest first.
    public var axes: [DimensionAxis]
    /// Stack ID (0020,9056) of all frames: a group is one stack.
    public var stackID: String
    /// Instance Number (0020,0013) of the new instance (digest 2.6).
    public var instanceNumber: Int
    /// Distance between neighbouring positions along the normal in mm if it is the same everywhere, else nil.
    public var regularSpacing: Double?
    /// True if the target is the true Enhanced class, false for the Legacy Converted one (E-1).
    public var isTrueEnhanced: Bool
    /// The presentation states that hold what the sources draw over their images (E-9).
    public var presentationStates: [ReferenceMap.Target] = []

    public init(
        frames: [Frame], axes: [DimensionAxis], stackID: String, instanceNumber: Int, regularSpacing: Double?,
        isTrueEnhanced: Bool
    ) {
        self.frames = frames
        self.axes = axes
        self.stackID = stackID
        self.instanceNumber = instanceNumber
        self.regularSpacing = regularSpacing
        self.isTrueEnhanced = isTrueEnhanced
    }
}

/// A presentation state made of what classic instances draw over their images.
public struct PresentationStatePlan: Sendable {
    public struct Frame: Sendable {
        /// Index of the summary.
        public var source: Int
        /// In the multi-frame instance, from 1.
        public var frameNumber: Int

        public init(source: Int, frameNumber: Int) {
            self.source = source
            self.frameNumber = frameNumber
        }
    }

    /// The multi-frame instance that it applies to.
    public var image: ReferenceMap.Target
    /// How many frames that has.
    public var imageFrameCount: Int
    /// Those it applies to, ascending: what they draw is equal.
    public var frames: [Frame]

    public init(image: ReferenceMap.Target, imageFrameCount: Int, frames: [Frame]) {
        self.image = image
        self.imageFrameCount = imageFrameCount
        self.frames = frames
    }
}

/// How a frame is taken out of a multi-frame instance.
public struct ClassicPlan: Sendable {
    /// Index of the summary.
    public var source: Int
    /// The members of the concatenation that the source is one of, in the order of their frames; the source alone if it is of
    /// none.
    public var members: [Int]
    /// Counts from 0.
    public var frameIndex: Int
    /// Instance Number (0020,0013) where the frame has no original one to give back (digest 2.6).
    public var instanceNumber: Int

    public init(source: Int, members: [Int]? = nil, frameIndex: Int, instanceNumber: Int) {
        self.source = source
        self.members = members ?? [source]
        self.frameIndex = frameIndex
        self.instanceNumber = instanceNumber
    }

    /// Counts from 1.
    public var frameNumber: Int { frameIndex + 1 }

    /// Index of the source among the instance's sources.
    public var position: Int { members.firstIndex(of: source) ?? 0 }
}
