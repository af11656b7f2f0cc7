internal import DICOM

/// The modules and functional group macros of an Enhanced IOD with the attributes that they require, as the tables have them.
struct EnhancedIOD: Sendable {
    struct Attribute: Sendable {
        let tag: Tag
        let type: IODRequirement.AttributeType
        let condition: RequirementCondition

        /// True if an image with these attributes must have a value of it.
        func needsValue(_ attributes: DataSetBuilder) -> Bool {
            switch type {
            case .type1: true
            case .type1C: condition.holds(for: attributes)
            case .type2, .type2C: false
            }
        }

        /// True if it may be there at all.
        func isAllowed(_ attributes: DataSetBuilder) -> Bool {
            switch type {
            case .type1, .type2: true
            case .type1C, .type2C: condition.allows(attributes)
            }
        }

        /// True if it must be there at least without a value.
        func mustBePresent(_ attributes: DataSetBuilder) -> Bool {
            switch type {
            case .type1, .type2: true
            case .type1C, .type2C: condition.holds(for: attributes)
            }
        }
    }

    /// A module, or a macro: then `sequence` is its functional group, and the attributes are those of the item.
    struct Part: Sendable {
        let name: String
        let usage: IODRequirement.Usage
        let condition: RequirementCondition
        let sequence: Tag?
        let attributes: [Attribute]

        func isRequired(_ attributes: DataSetBuilder) -> Bool {
            switch usage {
            case .mandatory: true
            case .conditional: condition.holds(for: attributes)
            case .userOption: false
            }
        }

        /// An attribute that an image with these attributes must have a value of and has not.
        func missing(in attributes: DataSetBuilder) -> Tag? {
            self.attributes.first { $0.needsValue(attributes) && !attributes.hasValue($0.tag) }?.tag
        }
    }

    let macros: [Part]
    /// Of true Enhanced images: whether an image can be a Legacy Converted one does not hang on them.
    let modules: [Part]

    static func trueEnhanced(_ modality: ConversionFamily.Modality) -> EnhancedIOD {
        switch modality {
        case .ct: ct
        case .mr: mr
        case .pet: pet
        }
    }

    static func legacyConverted(_ modality: ConversionFamily.Modality) -> EnhancedIOD {
        switch modality {
        case .ct: legacyCT
        case .mr: legacyMR
        case .pet: legacyPET
        }
    }

    private static let ct = EnhancedIOD(.enhancedCTImage)
    private static let mr = EnhancedIOD(.enhancedMRImage)
    private static let pet = EnhancedIOD(.enhancedPETImage)
    private static let legacyCT = EnhancedIOD(.legacyConvertedEnhancedCTImage, hasModules: false)
    private static let legacyMR = EnhancedIOD(.legacyConvertedEnhancedMRImage, hasModules: false)
    private static let legacyPET = EnhancedIOD(.legacyConvertedEnhancedPETImage, hasModules: false)

    private init(_ iod: IODRequirements.IOD, hasModules: Bool = true) {
        var macros: [Part] = []
        var modules: [Part] = []
        let rows = IODRequirements.attributes(of: iod)
        var start = rows.startIndex
        while start < rows.endIndex {
            let first = rows[start]
            let end =
                rows[start...].firstIndex {
                    $0.module != first.module || $0.usage != first.usage || $0.usageCondition != first.usageCondition
                } ?? rows.endIndex
            let isMacro = Self.isMacro(rows[start..<end])
            defer { start = end }
            guard isMacro || hasModules else { continue }
            let part = Part(
                name: first.module, usage: first.usage, condition: RequirementCondition(first.usageCondition),
                sequence: isMacro ? first.tag : nil,
                attributes: rows[start..<end].filter { $0.depth == (isMacro ? 1 : 0) }.map {
                    Attribute(tag: $0.tag, type: $0.type, condition: RequirementCondition($0.condition))
                })
            if isMacro { macros.append(part) } else { modules.append(part) }
        }
        self.macros = macros
        self.modules = modules
    }

    /// A macro is one sequence with what is in its items; modules are listed without what is in items.
    private static func isMacro(_ rows: ArraySlice<IODRequirement>) -> Bool {
        rows.first?.depth == 0 && rows.dropFirst().first?.depth == 1
    }
}
