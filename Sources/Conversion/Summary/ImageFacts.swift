/// What decides how a classic image is grouped and ordered with others (digest section 3, K-soft and ordering).
public struct ImageFacts: Sendable, Equatable {
    /// Image Orientation (Patient) (0020,0037): six direction cosines.
    public var orientation: [Double]
    /// Image Position (Patient) (0020,0032) in mm.
    public var position: [Double]
    /// Pixel Spacing (0028,0030) in mm: between rows, between columns.
    public var pixelSpacing: [Double]
    /// Slice Thickness (0018,0050) in mm.
    public var sliceThickness: Double?
    /// Image Type (0008,0008), all values.
    public var imageType: String = ""
    /// Convolution Kernel (0018,1210).
    public var convolutionKernel: String = ""
    /// Protocol Name (0018,1030).
    public var protocolName: String = ""
    /// Receive Coil Name (0018,1250).
    public var receiveCoilName: String = ""
    public var bitsStored: Int = 16
    /// True if Rescale Slope and Intercept are there.
    public var hasRescale: Bool = false
    /// Bytes of the native frame; 0 if encapsulated.
    public var nativeFrameLength: Int = 0

    /// Echo Time (0018,0081) in ms.
    public var echoTime: Double?
    /// Repetition Time (0018,0080) in ms.
    public var repetitionTime: Double?
    /// Inversion Time (0018,0082) in ms.
    public var inversionTime: Double?
    /// Flip Angle (0018,1314) in degrees.
    public var flipAngle: Double?
    /// Diffusion b-value (0018,9087) in s/mm2.
    public var diffusionBValue: Double?
    /// Diffusion Gradient Orientation (0018,9089): three direction cosines, empty if absent.
    public var gradientOrientation: [Double] = []
    /// Temporal Position Identifier (0020,0100).
    public var temporalPositionIdentifier: Double?
    /// Acquisition Number (0020,0012).
    public var acquisitionNumber: Double?
    /// Frame Reference Time (0054,1300) in ms.
    public var frameReferenceTime: Double?
    /// Trigger Time (0018,1060) in ms.
    public var triggerTime: Double?
    /// Acquisition DateTime (0008,002A), or Acquisition Date and Time, as digits that compare as text; empty if absent.
    public var acquisitionDateTime: String = ""
    /// What else tells volumes at the same places apart: digests of values, of one attribute each, 0 where it is not there.
    public var volumeMarks: [UInt32] = []

    public init(orientation: [Double], position: [Double], pixelSpacing: [Double], sliceThickness: Double?) {
        self.orientation = orientation
        self.position = position
        self.pixelSpacing = pixelSpacing
        self.sliceThickness = sliceThickness
    }

    /// Positions, spacings and cosines are smaller: beyond any scanner, and distances of larger numbers may not be numbers.
    static let magnitudeLimit = 1e9

    /// The direction in which slices follow each other: row direction x column direction (PS3.3 C.7.6.2.1.1).
    var normal: [Double] {
        guard orientation.count == 6 else { return [0, 0, 1] }
        let (row, column) = (orientation[0..<3].map { $0 }, orientation[3..<6].map { $0 })
        return [
            row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
            row[0] * column[1] - row[1] * column[0],
        ]
    }
}
