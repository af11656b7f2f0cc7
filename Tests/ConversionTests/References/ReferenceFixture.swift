import DICOM
import Testing

@testable import Conversion

extension DataSetBuilder {
    static func item(_ texts: [(DICOM.Tag, String)], _ sequences: [(DICOM.Tag, [DataSetBuilder])] = [])
        -> DataSetBuilder
    {
        var item = DataSetBuilder()
        for (tag, text) in texts { item.set(tag, text) }
        for (tag, items) in sequences { item.set(tag, items: items) }
        return item
    }

    static func reference(_ uid: String, frames: [Int] = []) -> DataSetBuilder {
        var item = DataSetBuilder.item([
            (.referencedSOPClassUID, ConversionFamily.mr.classic), (.referencedSOPInstanceUID, uid),
        ])
        if !frames.isEmpty { item.set(.referencedFrameNumber, frames) }
        return item
    }

    static func series(
        _ uid: String, _ references: [DataSetBuilder], in tag: DICOM.Tag = .referencedSOPSequence
    ) -> DataSetBuilder {
        .item([(.seriesInstanceUID, uid)], [(tag, references)])
    }

    /// A content item; `text` tells it from others.
    static func content(
        _ valueType: String, _ text: String = "", relation: String = "CONTAINS", naming: DataSetBuilder? = nil,
        uid: String? = nil, _ children: [DataSetBuilder] = []
    ) -> DataSetBuilder {
        var item = DataSetBuilder.item([(.relationshipType, relation), (.valueType, valueType), (.textValue, text)])
        if let naming { item.set(.referencedSOPSequence, items: [naming]) }
        if let uid { item.set(.uid, uid) }
        if !children.isEmpty { item.set(.contentSequence, items: children) }
        return item
    }

    /// A content item by reference.
    static func pointer(_ path: [Int], relation: String = "INFERRED FROM") -> DataSetBuilder {
        var item = DataSetBuilder.item([(.relationshipType, relation)])
        item.set(.referencedContentItemIdentifier, path, vr: .UL)
        return item
    }

    /// As a reader sees it.
    func read() throws -> DataSet { try DataSet(bytes: Encoder.encode(self), encoding: .explicitLittleEndian) }
}

extension ReferenceMap {
    /// Classic slices 1.1 to 1.3 of Series 1.9 are frames of the multi-frame instance 2.25.7 of Series 2.25.8.
    static var combined: ReferenceMap { combined(as: "1.") }

    /// The same of slices of other UIDs, which are this and a number.
    static func combined(as slice: String) -> ReferenceMap {
        var map = ReferenceMap(view: .enhanced)
        for frame in 1...3 {
            map["\(slice)\(frame)"] = .one(
                .init(
                    sopClassUID: ConversionFamily.mr.legacyConverted, sopInstanceUID: "2.25.7",
                    seriesInstanceUID: "2.25.8", studyInstanceUID: "1.2", frameNumber: frame))
        }
        map["4.1"] = .unchanged(
            .init(
                sopClassUID: ConversionFamily.mr.classic, sopInstanceUID: "4.1", seriesInstanceUID: "1.9",
                studyInstanceUID: "1.2"))
        map.setSuccessors(["1.9", "2.25.8"], ofSeries: "1.9")
        return map
    }

    /// The multi-frame instance 3.1 of Series 3.9 is classic instances 2.25.1 to 2.25.3 of Series 2.25.4.
    static var apart: ReferenceMap {
        var map = ReferenceMap(view: .classic)
        map["3.1"] = .frames(
            (1...3).map {
                .init(
                    sopClassUID: ConversionFamily.mr.classic, sopInstanceUID: "2.25.\($0)",
                    seriesInstanceUID: "2.25.4", studyInstanceUID: "1.2")
            })
        map.setSuccessors(["2.25.4"], ofSeries: "3.9")
        return map
    }

    func rewritten(_ builder: DataSetBuilder) throws -> DataSet {
        let dataSet = try builder.read()
        let rewriting = ReferenceRewriting(map: self, of: dataSet)
        var result = rewriting.rewritten(dataSet, except: .contentSequence)?.dataSet ?? DataSetBuilder(copying: dataSet)
        if let items = try ContentTree(dataSet, rewriting).rewritten() { result.set(.contentSequence, items: items) }
        return try result.read()
    }
}

extension DataSet {
    /// What the items of a sequence name, with frame numbers: `1.2#3`.
    func named(_ sequence: DICOM.Tag) -> [String] {
        items(sequence).map { item in
            let frames = item.integers(.referencedFrameNumber).map(String.init).joined(separator: ",")
            return (item.string(.referencedSOPInstanceUID) ?? "") + (frames.isEmpty ? "" : "#" + frames)
        }
    }

    /// What a list by Series names: `Series: instances`.
    func listed(_ sequence: DICOM.Tag, _ list: DICOM.Tag = .referencedSOPSequence) -> [String] {
        items(sequence).map { item in
            (item.string(.seriesInstanceUID) ?? "") + ": " + item.named(list).joined(separator: " ")
        }
    }
}
