internal import ByteLayout
public import DICOM

/// A multi-frame instance of any class, made ready for frames to be taken out of it as instances of that class (PS3.4 Y.3.3,
/// digest F-1 to F-9).
///
/// What depends on no frame is encoded once here, so that each extraction costs what its own frames are, and its size no more
/// than the part that differs.
public struct FrameExtraction: Sendable {
    public let numberOfFrames: Int
    let sopInstanceUID: String
    let sopClassUID: String
    let transferSyntax: TransferSyntax
    /// Which of the three elements holds the pixels.
    let pixelTag: Tag
    let frames: ExtractableFrames
    let perFrame: [DataSet]
    private let dimensionPointers: [Tag]
    /// Offsets in the source are those in its inflated data set.
    private let isInflated: Bool
    private let tiles: TiledFullFrames?
    /// Of tiles: what stays where all of them are taken.
    private let original: DataSetBuilder
    /// The attributes that depend on which frames are taken.
    let indexed: FrameIndexedAttributes
    /// Runs of elements that are the same in all extractions, each with the tag before which it stands, ascending; the last one
    /// stands at the end.
    let fixed: [(before: Tag, elements: SynthesizedFile)]
    private let contributingEquipment: DataSetBuilder.Content
    private let frameExtractions: [DataSetBuilder]

    /// True if frames can be taken out at all: the instance is of a multi-frame kind. Others are their one frame themselves.
    public static func isMultiFrame(_ dataSet: DataSet) -> Bool { dataSet.integer(.numberOfFrames) != nil }

    /// - Parameter file: the header of the instance, whose own bytes are source 0 of what is extracted.
    /// - Throws: why no frame can be taken out.
    public init(_ file: DICOMFile) throws(ConversionReason) {
        let dataSet = file.dataSet
        if let damage = file.damage { throw ConversionReason(.damaged, tag: damage.tag, "\(damage)") }
        guard let sopInstanceUID = dataSet.string(.sopInstanceUID) else {
            throw ConversionReason(.missingAttribute, tag: .sopInstanceUID)
        }
        guard let sopClassUID = dataSet.string(.sopClassUID) else {
            throw ConversionReason(.missingAttribute, tag: .sopClassUID)
        }
        let pixels = try ImagePixel(dataSet)
        frames = try file.extractableFrames(pixels)
        isInflated = file.isDeflated
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
        numberOfFrames = pixels.numberOfFrames
        pixelTag = file.pixelData?.tag ?? .pixelData
        if case .encapsulated? = file.pixelData?.form {
            transferSyntax = file.transferSyntax
        } else {
            transferSyntax = .explicitVRLittleEndian
        }
        perFrame = dataSet.items(.perFrameFunctionalGroupsSequence)
        guard dataSet[.perFrameFunctionalGroupsSequence] == nil || perFrame.count == numberOfFrames else {
            throw ConversionReason(
                .inconsistentFrames, tag: .perFrameFunctionalGroupsSequence,
                "\(perFrame.count) items, \(numberOfFrames) frames")
        }
        dimensionPointers = dataSet.items(.dimensionIndexSequence).map {
            $0[.dimensionIndexPointer]?.tags.first ?? Tag(rawValue: 0)
        }
        tiles = try TiledFullFrames(dataSet, numberOfFrames: numberOfFrames)
        original = tiles == nil ? DataSetBuilder() : DataSetBuilder(copying: dataSet)
        indexed = try FrameIndexedAttributes(dataSet, numberOfFrames: numberOfFrames)
        contributingEquipment = .items(
            dataSet.items(.contributingEquipmentSequence).map { DataSetBuilder(copying: $0) }
                + [ContributingEquipment.frameExtractionItem])
        frameExtractions = dataSet.items(.frameExtractionSequence).map { DataSetBuilder(copying: $0) }
        let varying = indexed.tags.union(tiles == nil ? [] : TiledFullFrames.tags)
        fixed = try Self.fixed(dataSet, varying, contributingEquipment)
    }

    // MARK: What is the same in all extractions

    private static func fixed(
        _ dataSet: DataSet, _ indexed: Set<Tag>, _ contributingEquipment: DataSetBuilder.Content
    ) throws(ConversionReason) -> [(before: Tag, elements: SynthesizedFile)] {
        var elements = DataSetBuilder(copying: dataSet)
        for tag in elements.tags where isLeftOut(tag) || indexed.contains(tag) { elements.remove(tag) }
        elements[.contributingEquipmentSequence] = contributingEquipment
        let varying = indexed.union([
            .sopInstanceUID, .numberOfFrames, .frameExtractionSequence, .perFrameFunctionalGroupsSequence,
        ]).sorted()
        for tag in varying { elements.remove(tag) }
        var runs: [(before: Tag, elements: SynthesizedFile)] = []
        var start = Tag(rawValue: 0)
        for end in varying + [.pixelData, Tag(rawValue: .max)] {
            var run = SynthesizedFile(bytes: [], layout: Layout())
            try run.append(elements, source: 0) { (start..<end).contains($0) }
            runs.append((end, run))
            start = end
        }
        return runs
    }

    /// What an extracted instance must not have (F-6, F-8), what was signed over the whole, and private attributes, of which
    /// nobody but their maker can say that they hold of some frames too (F-7); those of functional groups are with their frame.
    private static func isLeftOut(_ tag: Tag) -> Bool {
        if tag.isPrivate { return true }
        return switch tag {
        case .concatenationUID, .concatenationFrameOffsetNumber, .inConcatenationNumber, .inConcatenationTotalNumber,
            .sopInstanceUIDOfConcatenationSource, .pixelDataProviderURL, .extendedOffsetTable,
            .extendedOffsetTableLengths, .encapsulatedPixelDataValueTotalLength, .dataSetTrailingPadding,
            .digitalSignaturesSequence, .macParametersSequence:
            true
        default: false
        }
    }

    // MARK: Extracting

    /// The SOP Instance UID of the instance that these frames make. Not of the view: what stands in several views as it was
    /// received gives the same instance in each.
    public func sopInstanceUID(of list: FrameList) -> String {
        DerivedUID.make(
            .frames, view: .default, identity: [sopInstanceUID] + list.frameNumbers.map { String($0) })
    }

    /// Bytes of the file that these frames make.
    public func size(of list: FrameList) throws(ConversionReason) -> UInt64 {
        var size: UInt64 = 0
        try forEachPart(of: list) { part in
            switch part {
            case .bytes(let bytes): size += UInt64(bytes.count)
            case .fixed(let run): size += run.layout.size
            }
        }
        return size + (try pixelData(of: list).layout.size)
    }

    /// The instance that these frames make. Its only source, 0, is the file of the instance they are taken from.
    public func synthesize(_ list: FrameList) throws(ConversionReason) -> SynthesizedFile {
        var file = SynthesizedFile(bytes: [], layout: Layout())
        if isInflated { file.layout.inflate(source: 0) }
        let pixels = try pixelData(of: list)
        var isPixelDataDone = false
        try forEachPart(of: list) { part in
            switch part {
            case .bytes(let bytes): file.append(bytes)
            case .fixed(let run): file.append(run)
            }
        } atPixelData: {
            file.append(pixels)
            isPixelDataDone = true
        }
        if !isPixelDataDone { file.append(pixels) }
        return file
    }

    private enum Part {
        case bytes([UInt8])
        case fixed(SynthesizedFile)
    }

    private func forEachPart(
        of list: FrameList, _ body: (Part) -> Void, atPixelData: () -> Void = {}
    ) throws(ConversionReason) {
        guard list.last <= numberOfFrames else {
            throw ConversionReason(.inconsistentFrames, tag: .numberOfFrames, "\(numberOfFrames) frames")
        }
        let uid = sopInstanceUID(of: list)
        body(
            .bytes(
                FileHeader.encode(
                    mediaStorageSOPClassUID: sopClassUID, mediaStorageSOPInstanceUID: uid,
                    transferSyntax: transferSyntax, implementationClassUID: Ruleset.implementationClassUID,
                    implementationVersionName: Ruleset.implementationVersionName)))
        let varying = try varyingAttributes(of: list, uid: uid)
        for run in fixed {
            if !run.elements.layout.extents.isEmpty { body(.fixed(run.elements)) }
            if run.before == .pixelData {
                atPixelData()
            } else if let content = varying[run.before] {
                var encoder = Encoder(encoding: .explicitLittleEndian)
                encoder.append(content, tag: run.before)
                body(.bytes(encoder.bytes))
            }
        }
    }

    private func varyingAttributes(of list: FrameList, uid: String) throws(ConversionReason) -> DataSetBuilder {
        let subset = FrameSubset(list: list, numberOfFrames: numberOfFrames)
        var attributes = try indexed.attributes(of: subset)
        attributes.set(.sopInstanceUID, uid)
        attributes.set(.numberOfFrames, list.count)
        var extraction = DataSetBuilder()
        extraction.set(.multiFrameSourceSOPInstanceUID, sopInstanceUID)
        if list.count <= Self.maximumSimpleCount {
            extraction.set(.simpleFrameList, list.frameNumbers)
        } else {
            let calculated = list.calculated
            guard calculated.count <= Self.maximumSimpleCount else {
                throw ConversionReason(.tooLarge, tag: .calculatedFrameList, "\(calculated.count / 3) runs of frames")
            }
            extraction.set(.calculatedFrameList, calculated)
        }
        attributes.set(.frameExtractionSequence, items: frameExtractions + [extraction])
        if let tiles, !subset.isWhole {
            tiles.write(to: &attributes, list, perFrame)
        } else if tiles != nil {
            for tag in TiledFullFrames.tags { attributes[tag] = original[tag] }
        } else if !perFrame.isEmpty {
            attributes.set(
                .perFrameFunctionalGroupsSequence,
                items: FrameDimensions.renumbered(list, perFrame, pointers: dimensionPointers))
        }
        return attributes
    }

    /// Values of UL in the 65534 bytes that its length can say (F-4).
    private static let maximumSimpleCount = 16383

    /// The element of the pixels, headers included.
    private func pixelData(of list: FrameList) throws(ConversionReason) -> SynthesizedFile {
        var pixels = SynthesizedFile(bytes: [], layout: Layout())
        switch frames {
        case .bits(let frames): try pixels.appendPackedPixelData(list, of: frames)
        case .bytes(let frames):
            let taken = list.frameNumbers.map { SynthesizedFile.SourceFrameBytes(source: 0, frame: frames[$0 - 1]) }
            if transferSyntax.isEncapsulated {
                try pixels.appendEncapsulatedPixelData(taken)
            } else {
                try pixels.appendNativePixelData(taken, tag: pixelTag)
            }
        }
        return pixels
    }
}
