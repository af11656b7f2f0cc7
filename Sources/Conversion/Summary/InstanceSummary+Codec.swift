internal import DICOM

// The stored form. Its first byte says which: raise it with every change, and what is stored is made again from the files.
extension InstanceSummary {
    /// The first byte of `encoded()`.
    public static let formatVersion: UInt8 = 8

    /// The summary as bytes, for the index: a few hundred for an image.
    public func encoded() -> [UInt8] {
        var encoder = SummaryEncoder()
        encoder.append(UInt64(Self.formatVersion))
        for text in [
            transferSyntaxUID, sopClassUID, studyInstanceUID, seriesInstanceUID, sopInstanceUID, seriesDate, seriesTime,
            presentationIntentType, bodyPartExamined,
        ] { encoder.append(text) }
        encoder.append(instanceNumber) { $0.append($1) }
        for number in [numberOfFrames, rows, columns] { encoder.append(number) }
        encoder.append(hardKey)
        encoder.append(graphicsKey)
        encoder.append(trueEnhancedKey)
        encoder.append(obstacle) { $0.append($1) }
        encoder.append(isDamaged)
        encoder.append(describesPETSeries)
        encoder.append(isOfOurMaking)
        encoder.append(image) { $0.append($1) }
        encoder.append(conversionSource) { $0.append($1) }
        encoder.append(concatenation) { $0.append($1) }
        encoder.append(list: frameOrigins) { encoder, origin in
            encoder.append(origin.source) { $0.append($1) }
            encoder.append(origin.seriesInstanceUID) { $0.append($1) }
            encoder.append(origin.instanceNumber) { $0.append($1) }
        }
        encoder.append(list: frameReferences) { encoder, reference in
            encoder.append(reference.sopInstanceUID)
            encoder.append(reference.sopClassUID)
        }
        encoder.append(list: references) { encoder, reference in
            encoder.append(reference.sopInstanceUID)
            encoder.append(list: reference.frameNumbers) { $0.append($1) }
        }
        encoder.append(list: seriesReferences) { $0.append($1) }
        encoder.append(original) { encoder, original in
            encoder.append(original.sopInstanceUID)
            encoder.append(original.seriesInstanceUID)
            encoder.append(list: original.references) { $0.append($1) }
            encoder.append(original.view.rawValue)
            encoder.append(original.concatenationSourceUID) { $0.append($1) }
        }
        encoder.append(list: listings) { encoder, listed in
            encoder.append(listed.listing.studyInstanceUID)
            encoder.append(listed.listing.seriesInstanceUID)
            encoder.append(list: listed.sopInstanceUIDs) { $0.append($1) }
        }
        return encoder.bytes
    }

    /// Reads what `encoded()` made.
    ///
    /// - Throws: `SummaryDecodingError` for anything else; no bytes trap.
    public init(decoding bytes: [UInt8]) throws(SummaryDecodingError) {
        var decoder = SummaryDecoder(bytes)
        guard try decoder.unsigned() == UInt64(Self.formatVersion) else { throw decoder.failure }
        transferSyntaxUID = try decoder.text()
        sopClassUID = try decoder.text()
        studyInstanceUID = try decoder.text()
        seriesInstanceUID = try decoder.text()
        sopInstanceUID = try decoder.text()
        seriesDate = try decoder.text()
        seriesTime = try decoder.text()
        presentationIntentType = try decoder.text()
        bodyPartExamined = try decoder.text()
        instanceNumber = try decoder.flag() ? try decoder.integer() : nil
        numberOfFrames = try decoder.integer()
        rows = try decoder.integer()
        columns = try decoder.integer()
        guard (0...Int(Int32.max)).contains(numberOfFrames) else { throw decoder.failure }
        hardKey = try decoder.digest()
        graphicsKey = try decoder.digest()
        trueEnhancedKey = try decoder.digest()
        obstacle = try decoder.flag() ? try decoder.reason() : nil
        isDamaged = try decoder.flag()
        describesPETSeries = try decoder.flag()
        isOfOurMaking = try decoder.flag()
        image = try decoder.flag() ? try decoder.image() : nil
        conversionSource = try decoder.flag() ? try decoder.conversionSource() : nil
        concatenation = try decoder.flag() ? try decoder.concatenation() : nil
        for _ in 0..<(try decoder.count()) {
            var origin = FrameOrigin()
            origin.source = try decoder.flag() ? try decoder.conversionSource() : nil
            origin.seriesInstanceUID = try decoder.flag() ? try decoder.text() : nil
            origin.instanceNumber = try decoder.flag() ? try decoder.integer() : nil
            frameOrigins.append(origin)
        }
        for _ in 0..<(try decoder.count()) {
            frameReferences.append(
                NamedInstance(sopInstanceUID: try decoder.text(), sopClassUID: try decoder.text()))
        }
        for _ in 0..<(try decoder.count()) {
            var reference = InstanceReference(sopInstanceUID: try decoder.text())
            for _ in 0..<(try decoder.count()) { reference.frameNumbers.append(try decoder.integer()) }
            references.append(reference)
        }
        for _ in 0..<(try decoder.count()) { seriesReferences.append(try decoder.text()) }
        original = try decoder.flag() ? try decoder.original() : nil
        for _ in 0..<(try decoder.count()) {
            let listing = Listing(studyInstanceUID: try decoder.text(), seriesInstanceUID: try decoder.text())
            var listed = ListedInstances(listing: listing, sopInstanceUIDs: [])
            for _ in 0..<(try decoder.count()) { listed.sopInstanceUIDs.append(try decoder.text()) }
            listings.append(listed)
        }
        guard decoder.isAtEnd else { throw decoder.failure }
    }
}

extension SummaryEncoder {
    mutating func append(_ source: ConversionSource) {
        append(source.sopClassUID)
        append(source.sopInstanceUID)
        append(source.frameNumber) { $0.append($1) }
    }

    mutating func append(_ member: ConcatenationMember) {
        append(member.concatenationUID)
        append(member.sourceUID)
        append(member.totalNumber) { $0.append($1) }
        append(member.frameOffset) { $0.append($1) }
    }

    mutating func append(_ reason: ConversionReason) {
        append(reason.code.rawValue)
        append(reason.tag) { $0.append(UInt64($1.rawValue)) }
        append(reason.detail)
    }

    mutating func append(_ image: ImageFacts) {
        for numbers in [image.orientation, image.position, image.pixelSpacing, image.gradientOrientation] {
            append(numbers)
        }
        for text in [
            image.imageType, image.convolutionKernel, image.protocolName, image.receiveCoilName,
            image.acquisitionDateTime,
        ] { append(text) }
        append(list: image.volumeMarks) { $0.append(UInt64($1)) }
        append(image.bitsStored)
        append(image.hasRescale)
        append(image.nativeFrameLength)
        let numbers = image.optionalNumbers.map { image[keyPath: $0] }
        var present: UInt64 = 0
        for (bit, number) in numbers.enumerated() where number != nil { present |= 1 << UInt64(bit) }
        append(present)
        for case let number? in numbers { append(number) }
    }
}

extension SummaryDecoder {
    mutating func conversionSource() throws(SummaryDecodingError) -> ConversionSource {
        var source = ConversionSource(sopClassUID: try text(), sopInstanceUID: try text())
        source.frameNumber = try flag() ? try integer() : nil
        return source
    }

    mutating func concatenation() throws(SummaryDecodingError) -> ConcatenationMember {
        var member = ConcatenationMember(concatenationUID: try text(), sourceUID: try text())
        member.totalNumber = try flag() ? try integer() : nil
        member.frameOffset = try flag() ? try integer() : nil
        return member
    }

    mutating func original() throws(SummaryDecodingError) -> OriginalInstance {
        var original = OriginalInstance(
            sopInstanceUID: try text(), seriesInstanceUID: try text(), references: [], view: .default)
        for _ in 0..<(try count()) { original.references.append(try text()) }
        guard let view = View(rawValue: try text()) else { throw failure }
        original.view = view
        original.concatenationSourceUID = try flag() ? try text() : nil
        return original
    }

    mutating func reason() throws(SummaryDecodingError) -> ConversionReason {
        guard let code = ConversionReason.Code(rawValue: try text()) else { throw failure }
        var tag: Tag?
        if try flag() {
            guard let number = UInt32(exactly: try unsigned()) else { throw failure }
            tag = Tag(rawValue: number)
        }
        return ConversionReason(code, tag: tag, try text())
    }

    mutating func image() throws(SummaryDecodingError) -> ImageFacts {
        var image = ImageFacts(
            orientation: try doubles(), position: try doubles(), pixelSpacing: try doubles(), sliceThickness: nil)
        image.gradientOrientation = try doubles()
        guard image.orientation.count == 6, image.position.count == 3, image.pixelSpacing.count == 2,
            image.gradientOrientation.isEmpty || image.gradientOrientation.count == 3,
            (image.orientation + image.position + image.pixelSpacing + image.gradientOrientation).allSatisfy({
                $0.isFinite && abs($0) < ImageFacts.magnitudeLimit
            })
        else { throw failure }
        image.imageType = try text()
        image.convolutionKernel = try text()
        image.protocolName = try text()
        image.receiveCoilName = try text()
        image.acquisitionDateTime = try text()
        for _ in 0..<(try count()) {
            guard let mark = UInt32(exactly: try unsigned()) else { throw failure }
            image.volumeMarks.append(mark)
        }
        image.bitsStored = try integer()
        image.hasRescale = try flag()
        image.nativeFrameLength = try integer()
        guard image.nativeFrameLength >= 0 else { throw failure }
        let present = try unsigned()
        for (bit, path) in image.optionalNumbers.enumerated() where present & 1 << UInt64(bit) != 0 {
            let number = try double()
            guard number.isFinite else { throw failure }
            image[keyPath: path] = number
        }
        return image
    }
}

extension ImageFacts {
    /// In the order in which they are stored.
    fileprivate var optionalNumbers: [WritableKeyPath<ImageFacts, Double?>] {
        [
            \.sliceThickness, \.echoTime, \.repetitionTime, \.inversionTime, \.flipAngle, \.diffusionBValue,
            \.temporalPositionIdentifier, \.acquisitionNumber, \.frameReferenceTime, \.triggerTime,
        ]
    }
}
