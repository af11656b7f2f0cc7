/// The data dictionary: the attributes of PS3.6 chapters 6 to 9 and of PS3.7 Annex E.
public enum DataDictionary {
    /// The VR of `tag`; UN if it is not in the dictionary. Searches without allocating.
    ///
    /// Group lengths are UL and private creators LO (PS3.5 sections 7.2 and 7.8.1). Of several VRs it is the first of
    /// ``entry(for:)``; which of "US or SS" holds is for the reader to decide from Pixel Representation.
    public static func vr(of tag: Tag) -> VR {
        if let vr = AttributeIndex.standard.vr(of: tag) { return vr }
        return generalVR(of: tag) ?? repeatingGroup(of: tag)?.vr ?? .UN
    }

    /// What is known of `tag`: an attribute, one of a repeating group, a group length or a private creator; else nil.
    public static func entry(for tag: Tag) -> DictionaryEntry? {
        if let entry = AttributeIndex.standard.entry(for: tag) { return entry }
        if tag.isGroupLength {
            return DictionaryEntry(vr: .UL, vm: "1", keyword: "GroupLength", name: "Group Length", isRetired: true)
        }
        if tag.isPrivateCreator {
            return DictionaryEntry(vr: .LO, vm: "1", keyword: "PrivateCreator", name: "Private Creator")
        }
        return repeatingGroup(of: tag)
    }

    /// The tag of a keyword such as "PatientID", nil if there is none. Keywords of repeating groups have no one tag.
    public static func tag(forKeyword keyword: String) -> Tag? {
        tagsByKeyword[keyword]
    }

    private static let tagsByKeyword = AttributeIndex.standard.tagsByKeyword()

    private static func generalVR(of tag: Tag) -> VR? {
        if tag.isGroupLength { return .UL }
        if tag.isPrivateCreator { return .LO }
        return tag.isPrivate ? .UN : nil
    }

    private static func repeatingGroup(of tag: Tag) -> DictionaryEntry? {
        guard !tag.isPrivate else { return nil }
        return RepeatingGroup.standard.first { $0.contains(tag) }?.entry
    }
}
