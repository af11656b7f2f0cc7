internal import DICOM

/// One source of an enhanced instance, which becomes one frame, with what several parts of the synthesis ask of it.
struct SourceFrame {
    /// Index in the list of sources, which is in frame order.
    let frameIndex: Int
    /// In the character set of the new instance.
    let dataSet: DataSet
    let imagePixel: ImagePixel
    let plan: EnhancedPlan.Frame
    let sopInstanceUID: String
    let sopClassUID: String
    /// Bits of the pixels that are no value are an overlay.
    let hasGraphicsInPixels: Bool

    init(
        frameIndex: Int, source: SourceInstance, dataSet: DataSet, plan: EnhancedPlan.Frame
    ) throws(ConversionReason) {
        if let damage = source.file.damage {
            throw ConversionReason(.damaged, tag: damage.tag, damage.description)
        }
        self.frameIndex = frameIndex
        self.dataSet = dataSet
        self.plan = plan
        imagePixel = try ImagePixel(dataSet)
        hasGraphicsInPixels = ImageGraphics(dataSet).isInPixels
        guard let sopInstanceUID = dataSet.string(.sopInstanceUID) else {
            throw ConversionReason(.missingAttribute, tag: .sopInstanceUID)
        }
        guard let sopClassUID = dataSet.string(.sopClassUID) else {
            throw ConversionReason(.missingAttribute, tag: .sopClassUID)
        }
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
    }

    /// The element with `tag` if it has a value.
    func value(_ tag: Tag) -> Element? {
        guard let element = dataSet[tag], !element.isEmpty else { return nil }
        return element
    }

    /// The element with `tag`.
    ///
    /// - Throws: `missingAttribute` if it has no value.
    func required(_ tag: Tag) throws(ConversionReason) -> Element {
        guard let element = value(tag) else { throw ConversionReason(.missingAttribute, tag: tag) }
        return element
    }

    /// The element with `tag`, which must be `count` numbers.
    func requiredNumbers(_ tag: Tag, count: Int) throws(ConversionReason) -> Element {
        let element = try required(tag)
        let numbers = element.doubles
        guard numbers.count == count, numbers.allSatisfy(\.isFinite) else {
            throw ConversionReason(.unsupportedValue, tag: tag, element.rawString)
        }
        return element
    }
}
