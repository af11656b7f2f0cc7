public import DICOM

/// What an instance whose references we changed keeps of the one it was made from: its Series, and lists of references as they were,
/// for which no standard attribute has room. With them the original can be given back (C-8).
///
/// They are a private block in group 0009: element 01 the Series Instance UID; 02 the UIDs of all instances and Series that the
/// original referred to, one a line; from 10 on a data set (`EmbeddedDataSet`)
/// with the elements of the original that lost something: lists by Series, content items repeated, items that said where their
/// target can be fetched; and the block of this kind that it had itself. Bytes, not a sequence: to every reader but us they are
/// no references of this instance.
public struct OriginalInstance: Sendable, Equatable {
    public var sopInstanceUID: String
    public var seriesInstanceUID: String
    /// All instances and Series that it referred to, ascending.
    public var references: [String]
    /// The view that the instance was made for.
    public var view: View
    /// SOP Instance UID of Concatenation Source (0020,0242) of a member of a concatenation.
    public var concatenationSourceUID: String?

    public init(sopInstanceUID: String, seriesInstanceUID: String, references: [String], view: View) {
        self.sopInstanceUID = sopInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.references = references
        self.view = view
    }

    /// Reserves the block (PS3.5 7.8.1).
    static let creator = "DICOMVIEWFS"
    static let group: UInt16 = 0x0009
    private static let seriesElement: UInt8 = 0x01
    private static let referencesElement: UInt8 = 0x02

    /// What `dataSet` says of its original; nil unless it is one of ours, made of the same SOP Class.
    public init?(of dataSet: DataSet) {
        guard let source = dataSet.firstItem(.conversionSourceAttributesSequence),
            dataSet.items(.conversionSourceAttributesSequence).count == 1,
            let uid = source.string(.referencedSOPInstanceUID), source[.referencedFrameNumber] == nil,
            source.string(.referencedSOPClassUID) == dataSet.string(.sopClassUID),
            ContributingEquipment.isLastOurs(dataSet.items(.contributingEquipmentSequence)),
            let series = Self.element(Self.seriesElement, of: dataSet)?.string, Self.isUID(uid), Self.isUID(series),
            let references = Self.element(Self.referencesElement, of: dataSet),
            let view = View.allCases.first(where: {
                $0 != .default && $0.queryRetrieveView == dataSet.string(.queryRetrieveView)
            })
        else { return nil }
        let lines = String(decoding: references.valueBytes, as: UTF8.self).split {
            $0 == "\n" || $0 == " " || $0 == "\0"
        }
        self.init(sopInstanceUID: uid, seriesInstanceUID: series, references: lines.map(String.init), view: view)
        if dataSet[.concatenationUID] != nil {
            concatenationSourceUID = Self.lists(of: dataSet).flatMap {
                $0.string(.sopInstanceUIDOfConcatenationSource)
            }
        }
    }

    private static func element(_ element: UInt8, of dataSet: DataSet) -> Element? {
        dataSet.privateElement(group: group, creator: creator, element: element)
    }

    /// What PS3.5 9.1 allows.
    private static func isUID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && text.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }

    // MARK: The block

    /// Writes the block of an instance made from `source`.
    ///
    /// - Parameter lossy: tags of the elements of `source` that cannot be told from what they became.
    static func keep(_ source: DataSet, lossy: [Tag], in attributes: inout DataSetBuilder) throws(ConversionReason) {
        removeBlock(from: &attributes)
        guard let series = source.string(.seriesInstanceUID), isUID(series), let block = freeBlock(in: attributes)
        else {
            return
        }
        func tag(_ element: UInt8) -> Tag { Tag(group, block << 8 | UInt16(element)) }
        var collector = ReferenceCollector()
        collector.collect(from: source)
        let references = Set(collector.references.map(\.sopInstanceUID)).union(collector.seriesReferences)
        let lines = references.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: "\n")
        attributes.set(Tag(group, block), vr: .LO, bytes: Array(creator.utf8))
        attributes.set(tag(seriesElement), vr: .UI, bytes: Array(series.utf8))
        attributes.set(tag(referencesElement), vr: .UT, bytes: Array(lines.utf8))
        var lists = DataSetBuilder()
        for tag in lossy + blockTags(of: source) { lists.copy(tag, from: source) }
        try EmbeddedDataSet.write(lists, in: Tag(group, block), of: &attributes)
    }

    private static func freeBlock(in attributes: DataSetBuilder) -> UInt16? {
        let taken = Set(
            attributes.tags.filter { $0.group == group }.map { $0.element >= 0x100 ? $0.element >> 8 : $0.element })
        return (UInt16(0x10)...0xFF).first { !taken.contains($0) }
    }

    /// The block that an instance has which was itself made of another: part of what it was received as.
    private static func blockTags(of source: DataSet) -> [Tag] {
        var present = DataSetBuilder(copying: source)
        let all = present.tags
        removeBlock(from: &present)
        return all.count == present.tags.count ? [] : all.filter { !present.contains($0) }
    }

    /// Drops the block that came with a source: it speaks of what that was made from.
    static func removeBlock(from attributes: inout DataSetBuilder) {
        attributes.removePrivateBlocks(group: group, creator: creator)
    }

    /// Puts the lists back that the block of `dataSet` keeps, and drops the block.
    static func restore(_ dataSet: DataSet, in attributes: inout DataSetBuilder) throws(ConversionReason) {
        removeBlock(from: &attributes)
        guard element(EmbeddedDataSet.firstElement, of: dataSet) != nil else { return }
        guard let lists = lists(of: dataSet) else { throw ConversionReason(.damaged, tag: Tag(group, 0x10)) }
        for element in lists { attributes.copy(element) }
    }

    /// The elements that the block of `dataSet` keeps; nil if there are none, or they cannot be read.
    private static func lists(of dataSet: DataSet) -> DataSet? {
        EmbeddedDataSet.read(from: dataSet, group: group, creator: creator)
    }
}
