internal import DICOM

/// Frame VOI LUT (PS3.3 C.7.6.16.2.10b): the windows of the source; mandatory for CT and PET, where a source without any gets
/// one over the whole range.
enum FrameVOILUT: FunctionalGroup {
    static var sequence: Tag { .frameVOILUTSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        if let center = frame.value(.windowCenter), let width = frame.value(.windowWidth), isPair(center, width) {
            item.copy(center)
            item.copy(width)
            if let explanation = frame.value(.windowCenterWidthExplanation) { item.copy(explanation) }
            if let function = frame.value(.voilutFunction) { item.copy(function) }
            return FunctionalGroupValue(item, notes: notes(width, function: frame.dataSet.string(.voilutFunction)))
        }
        if context.family.modality == .mr { return nil }
        let window = context.fallbackWindow.window(of: frame)
        item.set(.windowCenter, window.center)
        item.set(.windowWidth, window.width)
        guard let center = frame.value(.windowCenter), let width = frame.value(.windowWidth) else {
            return FunctionalGroupValue(item)
        }
        let detail = "\(center.rawString) with widths \(width.rawString)"
        return FunctionalGroupValue(item, notes: [ConversionReason(.doubtfulValue, tag: .windowCenter, detail)])
    }

    /// A linear window is at least one wide, others wider than nothing (PS3.3 C.11.2.1.2).
    private static func notes(_ width: Element, function: String?) -> [ConversionReason] {
        let isLinear = function == nil || function == "LINEAR"
        if width.doubles.allSatisfy({ isLinear ? $0 >= 1 : $0 > 0 }) { return [] }
        return [ConversionReason(.doubtfulValue, tag: .windowWidth, width.rawString)]
    }

    private static func isPair(_ center: Element, _ width: Element) -> Bool {
        let count = center.doubles.count
        return count > 0 && width.doubles.count == count
    }
}

/// A window over all values, for sources that have none.
struct FallbackWindow {
    /// From Smallest and Largest Image Pixel Value of all frames: one window, lest brightness change from frame to frame.
    private let common: (low: Double, high: Double)?

    init(_ frames: [SourceFrame]) {
        var common: (low: Double, high: Double)? = (.infinity, -.infinity)
        // Only asked for where a window is missing, which is rare.
        let isNeeded = frames.contains { $0.value(.windowCenter) == nil || $0.value(.windowWidth) == nil }
        for frame in isNeeded ? frames : [] {
            guard let range = common, let smallest = frame.dataSet.integer(.smallestImagePixelValue),
                let largest = frame.dataSet.integer(.largestImagePixelValue), largest > smallest
            else {
                common = nil
                break
            }
            let ends = Self.rescaled(Double(smallest), Double(largest) + 1, frame)
            common = (min(range.low, ends.low), max(range.high, ends.high))
        }
        self.common = common.flatMap { $0.low < $0.high ? $0 : nil }
    }

    /// The whole range of stored values of `frame`, or of all frames where that is known, after rescaling.
    func window(of frame: SourceFrame) -> (center: Double, width: Double) {
        let count = Double(1 << min(max(frame.imagePixel.bitsStored, 1), 32))
        let lowest = frame.imagePixel.isSigned ? -count / 2 : 0
        let range = common ?? Self.rescaled(lowest, lowest + count, frame)
        return ((range.low + range.high) / 2, max(1, range.high - range.low))
    }

    private static func rescaled(_ low: Double, _ high: Double, _ frame: SourceFrame) -> (low: Double, high: Double) {
        let slope = frame.dataSet.double(.rescaleSlope).flatMap { $0.isFinite && $0 != 0 ? $0 : nil } ?? 1
        let intercept = frame.dataSet.double(.rescaleIntercept).flatMap { $0.isFinite ? $0 : nil } ?? 0
        let ends = (slope * low + intercept, slope * high + intercept)
        return (min(ends.0, ends.1), max(ends.0, ends.1))
    }
}
