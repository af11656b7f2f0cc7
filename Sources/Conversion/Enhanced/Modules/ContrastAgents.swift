internal import DICOM

/// Contrast/Bolus Agent Sequence (0018,0012) stands in two modules: in classic images an item is a code alone, in Enhanced ones
/// also what was given, how much, and by what number frames name it (PS3.3 C.7.6.4, C.7.6.4b).
enum ContrastAgents {
    /// Whether the items are whole as the Enhanced module has them, so that the sequence can stand where readers look for that.
    static func areWhole(_ agents: [DataSet]) -> Bool {
        missing(in: agents) == nil
            && agents.allSatisfy { agent in
                [.contrastBolusIngredientCodeSequence, .contrastBolusVolume, .contrastBolusIngredientConcentration]
                    .allSatisfy { agent[$0] != nil }
            }
    }

    /// What an item of the Enhanced module must have a value of and some item has not.
    static func missing(in agents: [DataSet]) -> Tag? {
        for tag in [Tag.contrastBolusAgentNumber, .contrastBolusAdministrationRouteSequence] {
            let isThere = agents.allSatisfy { $0.integer(tag) != nil || $0.firstItem(tag) != nil }
            if !isThere { return tag }
        }
        return nil
    }

    /// Whether all sources have them whole, and say of each frame which it shows.
    static func areEnhanced(_ attributes: SourceAttributes) -> Bool {
        guard let agents = attributes.column(.contrastBolusAgentSequence), areWhole(agents.element.items) else {
            return false
        }
        func isInAll(_ tag: Tag) -> Bool { attributes.column(tag)?.valueCount == attributes.sourceCount }
        return isInAll(.contrastBolusUsageSequence)
            || isInAll(.contrastBolusAgentNumber) && isInAll(.contrastBolusAgentAdministered)
    }
}
