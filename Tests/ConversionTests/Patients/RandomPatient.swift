import Conversion
import DICOM

/// Random instances of one Patient: series of MR slices, Enhanced MR images, whole or cut into concatenations, and presentation states, key objects, reports, segmentations and
/// structure sets, as far as their references go, which refer to slices, to each other, and to what is not there.
struct RandomPatient {
    typealias Tag = DICOM.Tag

    var random: PlanInvariantTests.Generator
    private var targets: [(uid: String, classUID: String, study: String, series: String)] = []
    /// Of Enhanced MR images, members and what they were cut from.
    private var frameCounts: [String: Int] = [:]
    private(set) var files: [[UInt8]] = []

    /// - Parameter hasMultiFrames: false for instances that an enhanced view takes over or combines, and nothing else.
    init(seed: Int, hasMultiFrames: Bool = true) {
        random = PlanInvariantTests.Generator(state: UInt64(seed))
        for study in 0..<number(1...2) {
            for series in 0..<number(1...2) { addSlices(study: "1.\(study)", series: "1.\(study).\(series)") }
        }
        let count = number(1...6)
        for other in 0..<count {
            let series = number(0...1) == 0 ? "1.0.0" : "2.9"
            targets.append((uid: "2.\(other)", Self.kinds[other % 5], "1.0", series))
            // The source of a concatenation, if it is cut.
            if other % 5 == 3 { targets.append((uid: "2.\(other).9", Self.kinds[3], "1.0", series)) }
        }
        if hasMultiFrames { for image in 0..<number(0...2) { addMultiFrame(image) } }
        targets.append((uid: "9.9", ConversionFamily.mr.classic, "1.0", "1.9.9"))
        for other in 0..<count { addOther(other) }
    }

    private static let kinds = [
        "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.88.59", "1.2.840.10008.5.1.4.1.1.88.33",
        "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.481.3",
    ]

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func addSlices(study: String, series: String) {
        for position in 0..<number(1...4) {
            let uid = "\(series).\(position)"
            var slice = common(ConversionFamily.mr.classic, uid, study: study, series: series, modality: "MR")
            let texts: [(Tag, String)] = [
                (.imageType, "ORIGINAL\\PRIMARY\\M"), (.instanceNumber, "\(position)"), (.sliceThickness, "1"),
                (.imagePositionPatient, "0\\0\\\(position)"), (.imageOrientationPatient, "1\\0\\0\\0\\1\\0"),
                (.frameOfReferenceUID, "1.7"), (.photometricInterpretation, "MONOCHROME2"), (.pixelSpacing, "1\\1"),
                (.contentDate, "20200102"), (.contentTime, "100000"), (.scanningSequence, "SE"),
                (.sequenceVariant, "NONE"),
                (.scanOptions, ""), (.mrAcquisitionType, "2D"), (.echoTime, "10"), (.repetitionTime, "500"),
                (.echoTrainLength, "1"),
            ]
            for (tag, text) in texts { slice.set(tag, text) }
            let numbers: [(Tag, Int)] = [
                (.rows, 2), (.columns, 2), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11),
                (.pixelRepresentation, 0), (.samplesPerPixel, 1),
            ]
            for (tag, number) in numbers { slice.set(tag, number) }
            if !targets.isEmpty, number(0...2) == 0 { slice.set(.referencedImageSequence, items: [reference()]) }
            slice.set(.pixelData, vr: .OW, bytes: (0..<8).map { UInt8(position * 8 + $0) })
            targets.append((uid, ConversionFamily.mr.classic, study, series))
            add(slice, ConversionFamily.mr.classic, uid)
        }
    }

    /// An Enhanced MR image of up to four frames, often cut into a concatenation, of which a member may be missing.
    private mutating func addMultiFrame(_ image: Int) {
        let (series, source, classUID) = ("1.0.7", "3.\(image)", ConversionFamily.mr.enhanced)
        let frameCount = number(1...4)
        let isCut = frameCount > 1 && number(0...2) > 0
        let cut = isCut ? number(1...frameCount - 1) : frameCount
        let missing = isCut && number(0...4) == 0 ? number(0...1) : -1
        for (member, frames) in [0..<cut, cut..<frameCount].enumerated() where !frames.isEmpty && member != missing {
            let uid = isCut ? "\(source).\(member + 1)" : source
            var fixture = ClassicFixture(classUID, modality: "MR", frameCount: frames.count)
            for (tag, text) in [
                (Tag.sopInstanceUID, uid), (.studyInstanceUID, "1.0"), (.seriesInstanceUID, series),
                (.instanceNumber, "\(image * 2 + member + 1)"), (.patientID, "P1"), (.patientName, "Test^Name"),
            ] { fixture.topLevel.set(tag, text) }
            fixture.topLevel.remove(.concatenationFrameOffsetNumber)
            if isCut {
                fixture.topLevel.set(.concatenationUID, "\(source).9")
                fixture.topLevel.set(.sopInstanceUIDOfConcatenationSource, source)
                fixture.topLevel.set(.concatenationFrameOffsetNumber, frames.lowerBound)
                fixture.topLevel.set(.inConcatenationNumber, member + 1)
                if missing >= 0 { fixture.topLevel.set(.inConcatenationTotalNumber, 2) }
            }
            for index in fixture.perFrame.indices where number(0...2) == 0 {
                fixture.perFrame[index].set(.referencedImageSequence, items: [reference()])
            }
            files.append(fixture.bytes)
            targets.append((uid, classUID, "1.0", series))
            frameCounts[uid] = frames.count
        }
        frameCounts[source] = missing == 1 ? cut : frameCount
        if isCut { targets.append((source, classUID, "1.0", series)) }
    }

    private func common(_ classUID: String, _ uid: String, study: String, series: String, modality: String)
        -> DataSetBuilder
    {
        .item([
            (.sopClassUID, classUID), (.sopInstanceUID, uid), (.studyInstanceUID, study), (.seriesInstanceUID, series),
            (.modality, modality), (.seriesDate, "20200101"), (.seriesTime, "090000"), (.manufacturer, "Maker"),
            (.patientName, "Test^Name"), (.patientID, "P1"), (.seriesNumber, "7"),
        ])
    }

    private mutating func add(_ dataSet: DataSetBuilder, _ classUID: String, _ uid: String) {
        files.append(
            FileHeader.encode(
                mediaStorageSOPClassUID: classUID, mediaStorageSOPInstanceUID: uid,
                transferSyntax: .explicitVRLittleEndian, implementationClassUID: "1.4",
                implementationVersionName: "TEST")
                + Encoder.encode(dataSet))
    }

    private mutating func target() -> (uid: String, classUID: String, study: String, series: String) {
        targets[number(0...targets.count - 1)]
    }

    private mutating func reference() -> DataSetBuilder {
        let target = target()
        var item = DataSetBuilder.item([
            (.referencedSOPClassUID, target.classUID), (.referencedSOPInstanceUID, target.uid),
        ])
        if let frames = frameCounts[target.uid], number(0...1) == 0 {
            item.set(.referencedFrameNumber, number(1...frames))
        }
        return item
    }

    /// By Study and Series, each instance once.
    private mutating func list(_ count: Int, in tag: Tag) -> [(study: String, items: [DataSetBuilder])] {
        var found: [String: [String: [String: String]]] = [:]
        for _ in 0..<count {
            let target = target()
            found[target.study, default: [:]][target.series, default: [:]][target.uid] = target.classUID
        }
        return found.sorted { $0.key < $1.key }.map { study, series in
            let items = series.sorted { $0.key < $1.key }.map { uid, instances in
                DataSetBuilder.series(
                    uid,
                    instances.sorted { $0.key < $1.key }.map {
                        .item([(.referencedSOPClassUID, $0.value), (.referencedSOPInstanceUID, $0.key)])
                    }, in: tag)
            }
            return (study, items)
        }
    }

    private mutating func evidence() -> [DataSetBuilder] {
        list(number(1...5), in: .referencedSOPSequence).map { study, items in
            .item([(.studyInstanceUID, study)], [(.referencedSeriesSequence, items)])
        }
    }

    private mutating func content(_ depth: Int, below path: [Int]) -> [DataSetBuilder] {
        (0..<number(1...3)).map { position in
            let children = depth < 2 ? content(depth + 1, below: path + [position + 1]) : []
            switch number(0...5) {
            case 0, 1: return .content("IMAGE", naming: reference(), children)
            case 2: return .content("UIDREF", uid: target().series)
            case 3: return position > 0 ? .pointer(path + [position]) : .content("TEXT", "first", children)
            default: return .content("TEXT", "t\(position)", children)
            }
        }
    }

    private mutating func addOther(_ other: Int) {
        let (uid, classUID) = ("2.\(other)", Self.kinds[other % 5])
        let series = targets.first { $0.uid == uid }?.series ?? ""
        var dataSet = common(classUID, uid, study: "1.0", series: series, modality: "OT")
        if number(0...4) == 0 {
            dataSet.set(.relatedSeriesSequence, items: [.item([(.seriesInstanceUID, target().series)])])
        }
        switch other % 5 {
        case 0:
            let lists = list(number(1...4), in: .referencedImageSequence)
            dataSet.set(.referencedSeriesSequence, items: lists.flatMap(\.items))
            dataSet.set(
                .displayedAreaSelectionSequence, items: [.item([], [(.referencedImageSequence, [reference()])])])
        case 1, 2:
            dataSet.set(.valueType, "CONTAINER")
            dataSet.set(.currentRequestedProcedureEvidenceSequence, items: evidence())
            if number(0...2) == 0 { dataSet.set(.pertinentOtherEvidenceSequence, items: evidence()) }
            dataSet.set(.contentSequence, items: content(0, below: [1]))
        case 3:
            let lists = list(number(1...4), in: .referencedInstanceSequence)
            dataSet.set(.referencedSeriesSequence, items: lists.flatMap(\.items))
            dataSet.set(
                .sharedFunctionalGroupsSequence,
                items: [
                    .item(
                        [],
                        [(.derivationImageSequence, [.item([], [(.sourceImageSequence, [reference(), reference()])])])])
                ])
        default:
            let lists = list(number(1...4), in: .contourImageSequence)
            let studies = lists.map { study, items in
                DataSetBuilder.item(
                    [(.referencedSOPClassUID, "1.2.840.10008.3.1.2.3.1"), (.referencedSOPInstanceUID, study)],
                    [(.rtReferencedSeriesSequence, items)])
            }
            dataSet.set(
                .referencedFrameOfReferenceSequence,
                items: [.item([(.frameOfReferenceUID, "1.7")], [(.rtReferencedStudySequence, studies)])])
            dataSet.set(
                .roiContourSequence,
                items: [.item([], [(.contourSequence, [.item([], [(.contourImageSequence, [reference()])])])])])
        }
        guard other % 5 == 3, number(0...1) == 0 else {
            add(dataSet, classUID, uid)
            return
        }
        // Cut in two, which say the same: a reference in either changes both.
        for member in 0...1 {
            let memberUID = member == 0 ? uid : "\(uid).1"
            dataSet.set(.sopInstanceUID, memberUID)
            dataSet.set(.concatenationUID, "\(uid).8")
            dataSet.set(.sopInstanceUIDOfConcatenationSource, "\(uid).9")
            dataSet.set(.concatenationFrameOffsetNumber, member)
            dataSet.set(.numberOfFrames, "1")
            add(dataSet, classUID, memberUID)
            dataSet.remove(.referencedSeriesSequence)
            dataSet.remove(.sharedFunctionalGroupsSequence)
        }
    }
}
