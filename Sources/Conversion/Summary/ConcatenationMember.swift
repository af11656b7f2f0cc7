internal import DICOM

/// What a multi-frame instance says of the concatenation that it is a member of: instances into which one image was cut
/// (PS3.3 C.7.6.16.1.2).
public struct ConcatenationMember: Sendable, Hashable {
    /// Concatenation UID (0020,9161).
    public var concatenationUID: String
    /// SOP Instance UID of Concatenation Source (0020,0242): the image that was cut, by which it may be referred to. Empty if
    /// absent.
    public var sourceUID: String
    /// In-concatenation Total Number (0020,9163): how many members there are.
    public var totalNumber: Int?
    /// Concatenation Frame Offset Number (0020,9228): frames of the members before this one.
    public var frameOffset: Int?

    public init(concatenationUID: String, sourceUID: String, totalNumber: Int? = nil, frameOffset: Int? = nil) {
        self.concatenationUID = concatenationUID
        self.sourceUID = sourceUID
        self.totalNumber = totalNumber
        self.frameOffset = frameOffset
    }

    /// Nil of an instance that is no member of any.
    init?(of dataSet: DataSet) {
        guard let uid = dataSet.string(.concatenationUID) else { return nil }
        self.init(
            concatenationUID: uid, sourceUID: dataSet.string(.sopInstanceUIDOfConcatenationSource) ?? "",
            totalNumber: dataSet.integer(.inConcatenationTotalNumber),
            frameOffset: dataSet.integer(.concatenationFrameOffsetNumber))
    }
}
