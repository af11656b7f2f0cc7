internal import DICOM

/// Pixel Measures (PS3.3 C.7.6.16.2.1).
enum PixelMeasures: FunctionalGroup {
    static var sequence: Tag { .pixelMeasuresSequence }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.pixelSpacing] }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        let pixelSpacing = try frame.requiredNumbers(.pixelSpacing, count: 2)
        guard pixelSpacing.doubles.allSatisfy({ $0 > 0 }) else {
            throw ConversionReason(.unsupportedValue, tag: .pixelSpacing, pixelSpacing.rawString)
        }
        item.copy(pixelSpacing)
        setSpacing(&item, frame, context)
        if let thickness = frame.value(.sliceThickness), !thickness.doubles.isEmpty {
            item.copy(thickness)
            let isNegative = thickness.doubles.contains { $0 < 0 }
            return FunctionalGroupValue(
                item,
                notes: isNegative
                    ? [ConversionReason(.doubtfulValue, tag: .sliceThickness, thickness.rawString)] : [])
        }
        //
        guard let spacing = context.plan.regularSpacing, spacing.isFinite, spacing > 0 else {
            throw ConversionReason(.missingAttribute, tag: .sliceThickness)
        }
        item.set(.sliceThickness, spacing)
        return FunctionalGroupValue(item, notes: [ConversionReason(.sliceThicknessFromSpacing, tag: .sliceThickness)])
    }

    /// Spacing Between Slices: of regular planes the distance they have, which is what readers of multi-frame images lay them
    /// out by, some by Slice Thickness where it is absent. What slices state may be a gap, the way of the table under a
    /// tilted gantry, or have a sign, which the macro forbids; it is kept in Unassigned.
    private static func setSpacing(_ item: inout DataSetBuilder, _ frame: SourceFrame, _ context: SynthesisContext) {
        let stated = frame.value(.spacingBetweenSlices)
        let distance = stated?.doubles.first.flatMap { $0.isFinite ? $0 : nil }
        if let spacing = context.plan.regularSpacing, spacing.isFinite, spacing > 0 {
            if let stated, let distance, abs(distance - spacing) <= tolerance {
                item.copy(stated)
            } else {
                item.set(.spacingBetweenSlices, spacing)
            }
        } else if let stated, let distance {
            if distance >= 0 {
                item.copy(stated)
            } else {
                item.set(.spacingBetweenSlices, -distance)
            }
        }
    }

    /// In millimetres; a distance is rounded to one of them.
    private static let tolerance = 0.001
}
