public import DICOM

/// An attribute that an IOD requires: of type 1, 1C, 2 or 2C (PS3.3 Annex A and C).
public struct IODRequirement: Hashable, Sendable {
    /// How a module or macro is used in an IOD (PS3.3 section A.1.3).
    public enum Usage: String, Sendable {
        case mandatory = "M"
        case conditional = "C"
        case userOption = "U"
    }

    /// The requirement of an attribute (PS3.5 section 7.4).
    public enum AttributeType: String, Sendable {
        case type1 = "1"
        case type1C = "1C"
        case type2 = "2"
        case type2C = "2C"
    }

    /// The module or functional group macro, such as "pixel-measures".
    public let module: String
    /// How the module or macro is used in the IOD.
    public let usage: Usage
    /// When a conditional module or macro is required; empty if it is not conditional or the table does not tell.
    public let usageCondition: String
    /// The sequences around the attribute within its module: the nearest line before with a depth less by one.
    public let depth: Int
    /// The attribute; of a repeating group the first, as (6000,3000).
    public let tag: Tag
    /// Type 1, 1C, 2 or 2C.
    public let type: AttributeType
    /// When an attribute of type 1C or 2C is required, in the words of the standard.
    public let condition: String
    /// Where the classic IOD of the modality has an attribute of the same keyword: "type@module"; empty if nowhere.
    public let classicAttribute: String
}
