public import DICOM

extension InstanceSummary {
    /// What planning needs of the file whose header is `file`. Opens and reads nothing.
    public init(file: DICOMFile) {
        let dataSet = file.dataSet
        self.init(
            sopClassUID: dataSet.string(Tag(0x0008, 0x0016)) ?? file.fileMeta.string(Tag(0x0002, 0x0002)) ?? "",
            sopInstanceUID: dataSet.string(Tag(0x0008, 0x0018)) ?? file.fileMeta.string(Tag(0x0002, 0x0003)) ?? "",
            studyInstanceUID: dataSet.string(Tag(0x0020, 0x000D)) ?? "",
            seriesInstanceUID: dataSet.string(Tag(0x0020, 0x000E)) ?? "", transferSyntaxUID: file.transferSyntax.uid)
        seriesDate = dataSet.string(Tag(0x0008, 0x0021)) ?? ""
        seriesTime = dataSet.string(Tag(0x0008, 0x0031)) ?? ""
        presentationIntentType = dataSet.string(Tag(0x0008, 0x0068)) ?? ""
        instanceNumber = dataSet.integer(Tag(0x0020, 0x0013))
        bodyPartExamined = dataSet.string(Tag(0x0018, 0x0015)) ?? ""
        numberOfFrames = min(max(0, dataSet.integer(Tag(0x0028, 0x0008)) ?? 1), Int(Int32.max))
        rows = dataSet.integer(Tag(0x0028, 0x0010)) ?? 0
        columns = dataSet.integer(Tag(0x0028, 0x0011)) ?? 0
        isDamaged = file.damage != nil
        conversionSource = dataSet.firstItem(Tag(0x0020, 0x9172)).flatMap { ConversionSource(item: $0) }

        concatenation = ConcatenationMember(of: dataSet)
        switch form {
        case .classic(let family):
            let graphics = ImageGraphics(dataSet)
            obstacle = ConversionObstacle.ofClassic(file, family: family, graphics)
            guard obstacle == nil else { break }
            if !graphics.isEmpty { graphicsKey = graphics.key(dataSet) }
            trueEnhancedKey = TrueEnhancedCriterion.key(dataSet, family)
            image = ImageFacts(dataSet: dataSet, isNative: file.transferSyntax.frameEncoding == .native)
            hardKey = HardKey.make(dataSet: dataSet, transferSyntax: file.transferSyntax)
        case .enhanced(let family), .legacyConverted(let family):
            obstacle = ConversionObstacle.ofMultiFrame(file, family: family)
            frameOrigins = FrameOrigin.all(of: dataSet, numberOfFrames: numberOfFrames)
            describesPETSeries = family.modality == .pet && PETSeriesIndices.describe(dataSet)
            isOfOurMaking = ContributingEquipment.isLastOurs(dataSet.items(.contributingEquipmentSequence))
            if obstacle == nil, !frameOrigins.isEmpty {
                frameReferences = NamedInstance.all(of: dataSet, isOwn: isOfOurMaking)
            }
        case .other: break
        }

        var collector = ReferenceCollector()
        collector.collect(from: dataSet)
        listings = collector.listings(study: studyInstanceUID)
        original = OriginalInstance(of: dataSet)
        references = collector.references
        seriesReferences = collector.seriesReferences
    }
}

extension ConversionSource {
    /// An item of Conversion Source Attributes Sequence (0020,9172); nil if it names no instance.
    init?(item: DataSet) {
        guard let uid = item.string(Tag(0x0008, 0x1155)) else { return nil }
        self.init(
            sopClassUID: item.string(Tag(0x0008, 0x1150)) ?? "", sopInstanceUID: uid,
            frameNumber: item.integer(Tag(0x0008, 0x1160)))
    }
}

extension FrameOrigin {
    /// By frameIndex, from the functional groups; empty if no frame has any.
    static func all(of dataSet: DataSet, numberOfFrames: Int) -> [FrameOrigin] {
        let shared = dataSet.firstItem(Tag(0x5200, 0x9229))?.firstItem(Tag(0x0020, 0x9170))
        let sharedSeries = shared?.string(Tag(0x0020, 0x000E))
        let sharedNumber = shared?.integer(Tag(0x0020, 0x0013))
        let origins = dataSet.items(Tag(0x5200, 0x9230)).prefix(max(0, numberOfFrames)).map { item in
            let unassigned = item.firstItem(Tag(0x0020, 0x9171))
            return FrameOrigin(
                source: item.firstItem(Tag(0x0020, 0x9172)).flatMap { ConversionSource(item: $0) },
                seriesInstanceUID: unassigned?.string(Tag(0x0020, 0x000E)) ?? sharedSeries,
                instanceNumber: unassigned?.integer(Tag(0x0020, 0x0013)) ?? sharedNumber)
        }
        return origins.allSatisfy(\.isEmpty) ? [] : origins
    }
}

extension NamedInstance {
    /// What classic instances made of the frames will refer to: all that is named anywhere but in what stays behind.
    static func all(of dataSet: DataSet, isOwn: Bool) -> [NamedInstance] {
        var found: Set<NamedInstance> = []
        func collect(from item: DataSet) {
            if let uid = item.string(.referencedSOPInstanceUID) {
                found.insert(
                    NamedInstance(sopInstanceUID: uid, sopClassUID: item.string(.referencedSOPClassUID) ?? ""))
            }
            for sequence in item.sequences where !ReferenceSequences.isPassedOver(sequence.tag) {
                for nested in sequence.items { collect(from: nested) }
            }
        }
        for sequence in dataSet.sequences where !ReferenceSequences.isPassedOver(sequence.tag) {
            let isFunctionalGroups =
                sequence.tag == .sharedFunctionalGroupsSequence || sequence.tag == .perFrameFunctionalGroupsSequence
            let staysBehind =
                ExcludedAttributes.contains(sequence.tag)
                || isOwn && !IntroducedAttributes.isOriginal(topLevel: sequence)
            if isFunctionalGroups || !staysBehind { for item in sequence.items { collect(from: item) } }
        }
        return found.sorted {
            ($0.sopInstanceUID, $0.sopClassUID) < ($1.sopInstanceUID, $1.sopClassUID)
        }
    }
}

extension ImageFacts {
    /// Of a data set that `ConversionObstacle` has nothing against.
    init(dataSet: DataSet, isNative: Bool) {
        self.init(
            orientation: dataSet.doubles(Tag(0x0020, 0x0037)), position: dataSet.doubles(Tag(0x0020, 0x0032)),
            pixelSpacing: dataSet.doubles(Tag(0x0028, 0x0030)), sliceThickness: dataSet.finite(Tag(0x0018, 0x0050)))
        imageType = dataSet.strings(Tag(0x0008, 0x0008)).joined(separator: "\\")
        convolutionKernel = dataSet.strings(Tag(0x0018, 0x1210)).joined(separator: "\\")
        protocolName = dataSet.unifiedText(Tag(0x0018, 0x1030))
        receiveCoilName = dataSet.unifiedText(Tag(0x0018, 0x1250))
        bitsStored = dataSet.integer(Tag(0x0028, 0x0101)) ?? 16
        hasRescale = dataSet.double(Tag(0x0028, 0x1053)) != nil && dataSet.double(Tag(0x0028, 0x1052)) != nil
        nativeFrameLength = isNative ? PixelLength(dataSet).frame : 0
        echoTime = dataSet.finite(Tag(0x0018, 0x0081))
        repetitionTime = dataSet.finite(Tag(0x0018, 0x0080))
        inversionTime = dataSet.finite(Tag(0x0018, 0x0082))
        flipAngle = dataSet.finite(Tag(0x0018, 0x1314))
        diffusionBValue = dataSet.finite(Tag(0x0018, 0x9087))
        gradientOrientation = dataSet.doubles(Tag(0x0018, 0x9089)).filter {
            $0.isFinite && abs($0) < Self.magnitudeLimit
        }
        if gradientOrientation.count != 3 { gradientOrientation = [] }
        temporalPositionIdentifier = dataSet.finite(Tag(0x0020, 0x0100))
        acquisitionNumber = dataSet.finite(Tag(0x0020, 0x0012))
        frameReferenceTime = dataSet.finite(Tag(0x0054, 0x1300))
        triggerTime = dataSet.finite(Tag(0x0018, 0x1060))
        acquisitionDateTime = Self.acquisitionDateTime(dataSet)
        volumeMarks = VolumeMarks.make(dataSet)
    }

    private static func acquisitionDateTime(_ dataSet: DataSet) -> String {
        if let dateTime = dataSet.string(Tag(0x0008, 0x002A)) { return comparable(dateTime) }
        guard let time = dataSet.string(Tag(0x0008, 0x0032)) else { return "" }
        // The old forms "1993.08.22" and "10:45:30" are still met (PS3.5 6.2, notes to DA and TM).
        let date = (dataSet.string(Tag(0x0008, 0x0022)) ?? "").filter { $0 != "." }
        return comparable(date + time.filter { $0 != ":" })
    }

    /// Fractions of a second without their trailing zeros.
    private static func comparable(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}

extension DataSet {
    /// The first number of `tag` if it is one to calculate with.
    func finite(_ tag: Tag) -> Double? {
        double(tag).flatMap { $0.isFinite ? $0 : nil }
    }
}
