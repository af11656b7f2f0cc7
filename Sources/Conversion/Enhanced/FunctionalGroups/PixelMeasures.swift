internal import DICOM

/// Pixel Measures (PS3.3 C.7.6.16.2.1).
enum PixelMeasures: FunctionalGroup {
    static var sequence: Tag { .pixelMeasuresSequence }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.pixelSpacing, .spacingBetweenSlices] }

    static func moves(_ tag: Tag, from frame: SourceFrame) -> Bool {
        // Some vendors give the spacing a sign, which the target forbids.
        tag != .spacingBetweenSlices || frame.dataSet.double(tag).map { $0 >= 0 } ?? false
    }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        let pixelSpacing = try frame.requiredNumbers(.pixelSpacing, count: 2)
        guard pixelSpacing.doubles.allSatisfy({ $0 > 0 }) else {
            throw ConversionReason(.unsupportedValue, tag: .pixelSpacing, pixelSpacing.rawString)
        }
        item.copy(pixelSpacing)
        if let spacing = frame.value(.spacingBetweenSlices), let distance = spacing.doubles.first, distance.isFinite {
            if distance >= 0 {
                item.copy(spacing)
            } else {
                item.set(.spacingBetweenSlices, -distance)
            }
        }
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
}
