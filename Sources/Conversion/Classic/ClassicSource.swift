internal import DICOM

/// An Enhanced or Legacy Converted Enhanced instance, made ready for its frames to be taken out one after the other.
///
/// What all frames share is done once here, so that each frame costs the same however many there are.
public struct ClassicSource: Sendable {
    /// By whom an instance was made, which decides what stands behind its attributes.
    enum Provenance: Sendable {
        /// A true Enhanced instance.
        case enhanced
        /// A Legacy Converted instance of somebody else's making (C-4 in full).
        case legacyConverted
        /// An instance that this software made of classic ones.
        case own
    }

    let source: SourceInstance
    /// Index of the source in the list of sources: the members of its concatenation, or itself alone.
    let position: Int
    let family: ConversionFamily
    let provenance: Provenance
    /// The items of Per-Frame Functional Groups Sequence, by frameIndex.
    let perFrame: [DataSet]
    /// The item of Shared Functional Groups Sequence.
    let shared: DataSet?
    /// The item of Unassigned Shared Converted Attributes Sequence.
    let unassignedShared: DataSet?
    /// Top level and shared groups, brought to one level; without what classic has no place for.
    let common: DataSetBuilder
    /// Frames of the members of its concatenation before its own (C-9).
    let frameOffset: Int
    /// The distinct Effective Echo Times of all frames, ascending.
    let echoTimes: [Double]
    /// How many temporal positions the frames have; 0 if that is not stated.
    let temporalPositions: Int
    /// Nil for an instance of our own making, whose originals say their times.
    let times: AcquisitionTimes?
    let overlays: [MultiFrameOverlay]
    /// Only for PET.
    let petIndices: PETSeriesIndices?
    /// The values that pixels can have, in which a PET mapping must hold.
    let storedValues: ClosedRange<Double>
    /// By frameIndex.
    let frames: [FrameBytes]
    let transferSyntax: TransferSyntax

    /// - Throws: why no frame can be taken out: not a convertible class, no functional groups, counts that contradict each
    ///   other, or pixel data that cannot be told apart by frame.
    public init(_ source: SourceInstance) throws(SynthesisFailure) {
        try self.init(source, position: 0, of: [source], survey: FrameSurvey([source.dataSet]), frameOffset: 0)
        try Self.checkUnits([self])
    }

    /// The members of one concatenation, in the order of their frames: one image (C-9).
    ///
    /// - Throws: why no frame of a member can be taken out.
    public static func concatenation(_ members: [SourceInstance]) throws(SynthesisFailure) -> [ClassicSource] {
        let survey = FrameSurvey(members.map(\.dataSet))
        var sources: [ClassicSource] = []
        var frameOffset = 0
        for (position, member) in members.enumerated() {
            let source = try ClassicSource(
                member, position: position, of: members, survey: survey, frameOffset: frameOffset)
            frameOffset += source.perFrame.count
            sources.append(source)
        }
        try checkUnits(sources)
        return sources
    }

    private init(
        _ source: SourceInstance, position: Int, of members: [SourceInstance], survey: FrameSurvey, frameOffset: Int
    ) throws(SynthesisFailure) {
        do throws(ConversionReason) {
            try self.init(checking: source, position: position, of: members, survey: survey, frameOffset: frameOffset)
        } catch {
            throw SynthesisFailure(source: position, reason: error)
        }
    }

    private init(
        checking source: SourceInstance, position: Int, of members: [SourceInstance], survey: FrameSurvey,
        frameOffset: Int
    ) throws(ConversionReason) {
        let dataSet = source.dataSet
        self.source = source
        self.position = position
        self.frameOffset = frameOffset
        let isLegacy: Bool
        switch ConversionFamily.form(ofSOPClassUID: dataSet.string(.sopClassUID) ?? "") {
        case .enhanced(let found): (family, isLegacy) = (found, false)
        case .legacyConverted(let found): (family, isLegacy) = (found, true)
        case .classic, .other: throw ConversionReason(.unsupportedValue, tag: .sopClassUID)
        }
        if let damage = source.file.damage { throw ConversionReason(.damaged, "\(damage)") }

        perFrame = dataSet.items(.perFrameFunctionalGroupsSequence)
        guard !perFrame.isEmpty else {
            throw ConversionReason(.missingFunctionalGroups, tag: .perFrameFunctionalGroupsSequence)
        }
        let imagePixel = try ImagePixel(dataSet)
        guard imagePixel.numberOfFrames == perFrame.count else {
            throw ConversionReason(
                .inconsistentFrames, tag: .numberOfFrames,
                "\(imagePixel.numberOfFrames) frames, \(perFrame.count) items of functional groups")
        }
        frames = try source.file.frameBytes(imagePixel)
        transferSyntax =
            source.file.transferSyntax.frameEncoding == .native ? .explicitVRLittleEndian : source.file.transferSyntax

        shared = dataSet.firstItem(.sharedFunctionalGroupsSequence)
        unassignedShared = shared?.firstItem(.unassignedSharedConvertedAttributesSequence)
        let isOwn = unassignedShared != nil || perFrame[0][.unassignedPerFrameConvertedAttributesSequence] != nil
        provenance =
            isOwn && ContributingEquipment.isLastOurs(dataSet.items(.contributingEquipmentSequence))
            ? .own : isLegacy ? .legacyConverted : .enhanced

        var common = DataSetBuilder()
        let isOriginal = provenance == .own
        common.merge(dataSet) { element in
            !ExcludedAttributes.contains(element.tag)
                && (!isOriginal || IntroducedAttributes.isOriginal(topLevel: element))
        }
        if let shared { Flattening.merge(shared, into: &common, where: Self.filter(provenance)) }
        self.common = common
        times = provenance == .own ? nil : try AcquisitionTimes(members.map(\.dataSet))
        overlays = try MultiFrameOverlay.all(in: dataSet)
        storedValues = PETMapping.storedValues(imagePixel, dataSet)

        echoTimes = survey.echoTimes
        temporalPositions = survey.temporalPositions
        petIndices =
            family.modality == .pet && provenance != .own
            ? PETSeriesIndices(places: survey.places, isGated: FrameSurvey.isGated(dataSet)) : nil
        try checkCharacterSets()
    }

    /// Items of functional groups come to one level, where there is one Specific Character Set (0008,0005): text of an item that
    /// states another could not be read there.
    private func checkCharacterSets() throws(ConversionReason) {
        let common = source.dataSet.strings(.specificCharacterSet)
        for groups in [shared].compactMap({ $0 }) + perFrame {
            for macro in groups.sequences {
                for item in macro.items {
                    guard let own = item[.specificCharacterSet]?.strings, own != common else { continue }
                    throw ConversionReason(.unsupportedValue, tag: .specificCharacterSet, "another in \(macro.tag)")
                }
            }
        }
    }

    /// Units (0054,1001) are those of a Series (PS3.3 C.8.9.1), which all frames of the members of a concatenation come into.
    private static func checkUnits(_ members: [ClassicSource]) throws(SynthesisFailure) {
        let found = Set(
            members.filter { $0.petIndices != nil }.flatMap { member in member.perFrame.compactMap(member.units) })
        guard found.count > 1 else { return }
        throw SynthesisFailure(
            source: nil,
            reason: ConversionReason(.unsupportedValue, tag: .units, found.sorted().joined(separator: ", ")))
    }

    private func units(of frame: DataSet) -> String? {
        let own = frame.firstItem(.unassignedPerFrameConvertedAttributesSequence)
        if let stated = own?.string(.units) ?? unassignedShared?.string(.units) ?? common.string(.units) {
            return stated
        }
        let mappings = frame[.realWorldValueMappingSequence] ?? shared?[.realWorldValueMappingSequence]
        return PETMapping(mappings?.items ?? [], storedValues: storedValues).map {
            [$0.units, $0.uptake].compactMap { $0 }.joined(separator: " ")
        }
    }

    /// Which attributes of functional groups go to classic.
    static func filter(_ provenance: Provenance) -> (Tag) -> Bool {
        guard provenance == .own else { return { _ in true } }
        return { IntroducedAttributes.isOriginal(inFunctionalGroup: $0) }
    }
}
