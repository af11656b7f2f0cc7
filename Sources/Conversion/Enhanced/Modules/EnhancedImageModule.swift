internal import DICOM

/// The Enhanced CT, MR and PET Image Modules as the Legacy Converted classes have them (PS3.3 C.8.15.2, C.8.13.1, C.8.22.3).
enum EnhancedImageModule {
    static func write(_ context: SynthesisContext, _ pixels: EnhancedPixels, to dataSet: inout DataSetBuilder) {
        if let image = FrameType.image(context.frameTypes, isRegular: context.plan.regularSpacing != nil) {
            dataSet.set(.imageType, image.values)
            dataSet.set(.pixelPresentation, "MONOCHROME")
            dataSet.set(.volumetricProperties, image.volumetricProperties)
            dataSet.set(.volumeBasedCalculationTechnique, image.volumeBasedCalculationTechnique)
            if let component = image.complexImageComponent { dataSet.set(.complexImageComponent, component) }
            if let contrast = image.acquisitionContrast { dataSet.set(.acquisitionContrast, contrast) }
        }
        // MONOCHROME2 alone gets this far.
        dataSet.set(.presentationLUTShape, "IDENTITY")
        writeContentQualification(context, to: &dataSet)
        writeAcquisitionDateTime(context, to: &dataSet)
        if context.family.modality == .mr { writeResonantNucleus(context, to: &dataSet) }
        writeLossyCompression(context, pixels, to: &dataSet)
    }

    /// PET must have it, and RESEARCH claims least (PS3.3 C.8.13.2.1.1).
    private static func writeContentQualification(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        let stated = Set(context.frames.map { $0.dataSet.string(.contentQualification) ?? "" })
        let ranked = ["SERVICE", "RESEARCH", "PRODUCT"]
        if stated.isSubset(of: Set(ranked)), let least = ranked.first(where: stated.contains) {
            dataSet.set(.contentQualification, least)
        } else if context.family.modality == .pet {
            dataSet.set(.contentQualification, "RESEARCH")
        }
    }

    private static func writeAcquisitionDateTime(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        let values = context.frames.compactMap { frame -> (at: DateAndTime, text: String)? in
            guard let text = FrameContent.acquisitionDateTime(frame.dataSet), let at = DateAndTime(dateTime: text)
            else {
                return nil
            }
            return (at, context.dateTime(text, of: frame))
        }
        if let earliest = values.min(by: { $0.at < $1.at }) { dataSet.set(.acquisitionDateTime, earliest.text) }
    }

    /// Imaged Nucleus of classic images names the same isotopes (PS3.3 C.8.3.1, C.8.13.1).
    private static func writeResonantNucleus(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        let stated = Set(context.frames.map { resonantNucleus($0.dataSet) })
        if stated.count == 1, case let term?? = stated.first { dataSet.set(.resonantNucleus, term) }
    }

    static func resonantNucleus(_ dataSet: DataSet) -> String? {
        guard let nucleus = dataSet.string(.resonantNucleus) ?? dataSet.string(.imagedNucleus) else { return nil }
        let terms = ["1H", "3HE", "7LI", "13C", "19F", "23NA", "31P", "129XE"]
        // Real files also write H1, 1h, P31.
        let upper = nucleus.uppercased()
        let digits = upper.filter(\.isNumber)
        let turned = digits + upper.filter { !$0.isNumber }
        return terms.first { $0 == upper || $0 == turned }
    }

    /// 01 if any source says so or its transfer syntax implies it; never reset (digest 2.2).
    private static func writeLossyCompression(
        _ context: SynthesisContext, _ pixels: EnhancedPixels, to dataSet: inout DataSetBuilder
    ) {
        let stated = context.frames.map { $0.dataSet.string(.lossyImageCompression) }
        let isStated = stated.contains("01")
        guard isStated || pixels.transferSyntax.lossyCompression.isAlways else {
            if stated.allSatisfy({ $0 == "00" }) { dataSet.set(.lossyImageCompression, "00") }
            return
        }
        let ownMethod = pixels.transferSyntax.lossyCompression.method
        dataSet.set(.lossyImageCompression, "01")
        // Of several histories the longest; each frame's own is in Unassigned.
        let longest = context.frames.max {
            $0.dataSet.strings(.lossyImageCompressionRatio).count
                < $1.dataSet.strings(.lossyImageCompressionRatio).count
        }
        if let ratio = longest?.value(.lossyImageCompressionRatio) {
            dataSet.copy(ratio)
        } else if ownMethod != nil, let native = context.frames.first?.imagePixel.nativeFrameLength {
            let compressed = pixels.frames.reduce(UInt64(0)) { $0 + $1.frame.length }
            let ratio = Double(native) * Double(pixels.frames.count) / Double(max(1, compressed))
            dataSet.set(.lossyImageCompressionRatio, (ratio * 100).rounded() / 100)
        }
        if let method = longest?.value(.lossyImageCompressionMethod) {
            dataSet.copy(method)
        } else if let ownMethod {
            dataSet.set(.lossyImageCompressionMethod, ownMethod)
        }
    }
}
