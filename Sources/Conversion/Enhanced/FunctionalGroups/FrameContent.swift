internal import DICOM

/// Frame Content (PS3.3 C.7.6.16.2.2): never shared.
enum FrameContent: FunctionalGroup {
    static var sequence: Tag { .frameContentSequence }
    static var isNeverShared: Bool { true }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.imageComments] }

    /// Images taken out of Enhanced ones may have Frame Comments of their own beside those on the whole image.
    static func moves(_ tag: Tag, from frame: SourceFrame) -> Bool { frame.value(.frameComments) == nil }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        if let number = frame.dataSet.integer(.acquisitionNumber), (0...0xFFFF).contains(number) {
            item.set(.frameAcquisitionNumber, number)
        }
        if let dateTime = acquisitionDateTime(frame.dataSet) {
            item.set(.frameAcquisitionDateTime, context.dateTime(dateTime, of: frame))
        }
        if let duration = acquisitionDuration(frame.dataSet) { item.set(.frameAcquisitionDuration, duration) }
        if let stated = frame.value(.frameReferenceDateTime) {
            item.copy(stated)
        } else if context.family.modality == .pet, let dateTime = petFrameReferenceDateTime(frame.dataSet) {
            item.set(.frameReferenceDateTime, context.dateTime(dateTime, of: frame))
        }
        item.set(.stackID, context.plan.stackID)
        item.set(.inStackPositionNumber, frame.plan.inStackPositionNumber)
        if let index = temporalPositionIndex(frame, context) { item.set(.temporalPositionIndex, index) }
        item.set(.dimensionIndexValues, Dimensions.indexValues(of: frame.plan, in: context.plan))
        if let comments = frame.value(.frameComments) {
            item.copy(comments)
        } else if let comments = frame.value(.imageComments) {
            item.copy(comments, as: .frameComments)
        }
        return FunctionalGroupValue(item)
    }

    /// The frame's own, as images taken out of Enhanced ones have it, else Acquisition DateTime, else Acquisition Date and Time
    /// together.
    static func acquisitionDateTime(_ dataSet: DataSet) -> String? {
        if let dateTime = dataSet.string(.frameAcquisitionDateTime), DateAndTime(dateTime: dateTime) != nil {
            return dateTime
        }
        if let dateTime = dataSet.string(.acquisitionDateTime), DateAndTime(dateTime: dateTime) != nil {
            return dateTime
        }
        return DateAndTime(dataSet, date: .acquisitionDate, time: .acquisitionTime)?.dateTime
    }

    /// In milliseconds: Actual Frame Duration of PET is, Acquisition Duration is in seconds.
    static func acquisitionDuration(_ dataSet: DataSet) -> Double? {
        if let stated = dataSet.double(.frameAcquisitionDuration), stated.isFinite { return stated }
        if let milliseconds = dataSet.double(.actualFrameDuration), milliseconds.isFinite { return milliseconds }
        guard let seconds = dataSet.double(.acquisitionDuration), seconds.isFinite else { return nil }
        return seconds * 1000
    }

    /// Series Date and Time are the zero of Frame Reference Time (PS3.3 C.8.9.4.1.5).
    static func petFrameReferenceDateTime(_ dataSet: DataSet) -> String? {
        guard let zero = DateAndTime(dataSet, date: .seriesDate, time: .seriesTime), zero.time != nil,
            let milliseconds = dataSet.double(.frameReferenceTime)
        else { return nil }
        return zero.dateTime(addingMilliseconds: milliseconds)
    }

    /// The planned one; Enhanced PET has one in any case.
    private static func temporalPositionIndex(_ frame: SourceFrame, _ context: SynthesisContext) -> Int? {
        if let axis = context.plan.axes.firstIndex(of: .temporalPosition) {
            return axis < frame.plan.axisIndices.count ? frame.plan.axisIndices[axis] : nil
        }
        return context.plan.isTrueEnhanced && context.family.modality == .pet ? 1 : nil
    }
}
