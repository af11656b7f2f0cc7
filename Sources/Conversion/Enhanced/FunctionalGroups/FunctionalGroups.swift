internal import DICOM

/// The Multi-frame Functional Groups Module (PS3.3 C.7.6.16): each macro either shared or per frame, never both (E-15).
struct FunctionalGroups {
    private(set) var shared = DataSetBuilder()
    /// By frameIndex.
    private(set) var perFrame: [DataSetBuilder]
    private(set) var notes: [ConversionReason] = []

    init(frameCount: Int) {
        perFrame = Array(repeating: DataSetBuilder(), count: frameCount)
    }

    /// The macros that classic images have attributes for, those for what is left apart (digest 2.1).
    static func macros(_ family: ConversionFamily, isTrueEnhanced: Bool) -> [any FunctionalGroup.Type] {
        let all: [any FunctionalGroup.Type] = [
            PixelMeasures.self, FrameContent.self, PlanePosition.self, PlaneOrientation.self, ReferencedImage.self,
            DerivationImage.self, FrameAnatomy.self, FrameVOILUT.self, PixelValueTransformation.self,
            CardiacSynchronization.self, TemporalPosition.self, FrameConversionSource.self,
        ]
        return switch family.modality {
        case .ct:
            // The Legacy Converted class has no place for mappings to real-world values (PS3.3 A.70).
            all + [CTImageFrameType.self, IrradiationEvent.self] + (isTrueEnhanced ? [RealWorldValueMapping.self] : [])
        case .mr: all + [MRImageFrameType.self, RealWorldValueMapping.self]
        case .pet: all + [PETFrameType.self, RealWorldValueMapping.self, IrradiationEvent.self]
        }
    }

    /// Adds a macro to all frames it applies to: shared if it is the same in all.
    mutating func add(_ macro: any FunctionalGroup.Type, _ context: SynthesisContext) throws(SynthesisFailure) {
        try add(
            macro.sequence, context, isNeverShared: macro.isNeverShared, isEmptyElsewhere: macro.isEmptyElsewhere
        ) { (frame) throws(ConversionReason) in
            try macro.value(frame, context)
        }
    }

    /// Adds the macro that is `sequence`, made of each frame by `value`.
    mutating func add(
        _ sequence: Tag, _ context: SynthesisContext, isNeverShared: Bool = false, isEmptyElsewhere: Bool = false,
        value: (SourceFrame) throws(ConversionReason) -> FunctionalGroupValue?
    ) throws(SynthesisFailure) {
        let encoded = try SynthesisFailure.attributingEach(count: context.frames.count) {
            (index) throws(ConversionReason) -> [UInt8]? in
            guard let value = try value(context.frames[index]) else { return nil }
            notes.append(contentsOf: value.notes)
            return Self.encode(value.items)
        }
        guard let first = encoded.first else { return }
        if !isNeverShared, encoded.allSatisfy({ $0 == first }) {
            if let first { shared[sequence] = .value(.SQ, first) }
            return
        }
        for (frameIndex, items) in encoded.enumerated() {
            if items != nil || isEmptyElsewhere { perFrame[frameIndex][sequence] = .value(.SQ, items ?? []) }
        }
    }

    /// Writes a macro of type 2 without items where no frame has it.
    mutating func complete(_ sequence: Tag) {
        if !shared.contains(sequence), !perFrame.contains(where: { $0.contains(sequence) }) {
            shared.set(sequence, items: [])
        }
    }

    /// Adds what no macro and no module has a place for (E-13).
    mutating func addUnassigned(shared unassigned: DataSetBuilder, perFrame items: [DataSetBuilder]) {
        if !unassigned.isEmpty {
            shared.set(.unassignedSharedConvertedAttributesSequence, items: [unassigned])
        }
        for (frameIndex, item) in items.enumerated() where !item.isEmpty {
            perFrame[frameIndex].set(.unassignedPerFrameConvertedAttributesSequence, items: [item])
        }
    }

    /// The value of a sequence: its items, encoded once, for comparing and for writing.
    private static func encode(_ items: [DataSetBuilder]) -> [UInt8] {
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.append(.items(items), tag: .sharedFunctionalGroupsSequence)
        return Array(encoder.bytes.dropFirst(12))
    }
}
