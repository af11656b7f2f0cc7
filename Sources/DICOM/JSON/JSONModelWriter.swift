/// Writes a data set in the DICOM JSON Model (PS3.18 Annex F), element by element.
///
/// Text is UTF-8, whatever the character set it comes in, and Specific Character Set says so. Group lengths and File Meta are no
/// part of the model. Bulk data (PS3.4 Table Z.1-1) and long binary values stay where they are and are named by where that is.
public struct JSONModelWriter {
    /// Binary values of up to this many bytes stand in the text.
    public static let maximumInlineLength = 1024

    /// Relative reference to the file that holds the bytes; nil if nothing can be referred to, and bulk data are left out.
    private let bulkDataURI: [UInt8]?
    var output: [UInt8] = []

    /// The data set of `file` as one JSON object and a newline.
    ///
    /// - Parameter bulkDataURI: relative to where the text will be: a reference to the file itself. Offset and length in bytes are
    ///   added to it.
    public static func json(of file: DICOMFile, bulkDataURI: String) -> [UInt8] {
        // Positions within what is deflated are no positions of the file.
        var writer = JSONModelWriter(bulkDataURI: file.isDeflated ? nil : Array(bulkDataURI.utf8))
        writer.output.reserveCapacity(4 * file.dataSet.byteCount)
        writer.write(file)
        writer.output.append(UInt8(ascii: "\n"))
        return writer.output
    }

    private init(bulkDataURI: [UInt8]?) {
        self.bulkDataURI = bulkDataURI
    }

    // MARK: Structure

    private mutating func write(_ file: DICOMFile) {
        let characterSet = file.dataSet.specificCharacterSet ?? .defaultRepertoire
        var pixelData = file.pixelData
        var isFirst = true
        append("{")
        for element in file.dataSet {
            if let pixels = pixelData, pixels.tag < element.tag {
                write(pixels, file, isFirst: &isFirst)
                pixelData = nil
            }
            write(element, characterSet, isTopLevel: true, isFirst: &isFirst)
        }
        if let pixelData { write(pixelData, file, isFirst: &isFirst) }
        append("}")
    }

    private mutating func write(_ item: DataSet, _ inherited: SpecificCharacterSet) {
        let characterSet = item.specificCharacterSet ?? inherited
        var isFirst = true
        append("{")
        for element in item { write(element, characterSet, isTopLevel: false, isFirst: &isFirst) }
        append("}")
    }

    /// Begins a member of an object: `"GGGGEEEE":{"vr":"XX"`.
    private mutating func begin(_ tag: Tag, _ vr: VR, isFirst: inout Bool) {
        if !isFirst { append(",") }
        isFirst = false
        append("\"")
        appendHexadecimal(tag)
        append("\":{\"vr\":\"")
        output.append(vr.first)
        output.append(vr.second)
        append("\"")
    }

    private mutating func write(
        _ element: Element, _ characterSet: SpecificCharacterSet, isTopLevel: Bool, isFirst: inout Bool
    ) {
        guard !element.tag.isGroupLength else { return }
        if element.isSequence {
            begin(element.tag, .SQ, isFirst: &isFirst)
            writeItems(of: element, characterSet)
            append("}")
            return
        }
        let vr = element.effectiveVR.isKnown ? element.effectiveVR : .UN
        let isBulkData = !element.isEmpty && Self.isBulkData(element, vr, isTopLevel: isTopLevel)
        if isBulkData, bulkDataURI == nil { return }
        begin(element.tag, vr, isFirst: &isFirst)
        if isBulkData {
            writeBulkDataURI(offset: element.fileOffset, length: UInt64(element.length))
        } else if element.tag == Tag(0x0008, 0x0005) {
            append(",\"Value\":[\"ISO_IR 192\"]")
        } else if !element.isEmpty {
            writeValue(of: element, vr, characterSet)
        }
        append("}")
    }

    private mutating func writeItems(of element: Element, _ characterSet: SpecificCharacterSet) {
        var isFirst = true
        for item in element.items {
            append(isFirst ? ",\"Value\":[" : ",")
            isFirst = false
            write(item, characterSet)
        }
        if !isFirst { append("]") }
    }

    // MARK: Bulk data

    private static func isBulkData(_ element: Element, _ vr: VR, isTopLevel: Bool) -> Bool {
        if element.deferredFileOffset != nil { return true }
        switch vr {
        case .OB, .OD, .OF, .OL, .OV, .OW, .UN:
            return element.length > maximumInlineLength || isBulkData(element.tag, isTopLevel: isTopLevel)
        default: return false
        }
    }

    /// PS3.4 Table Z.1-1, pixels apart.
    private static func isBulkData(_ tag: Tag, isTopLevel: Bool) -> Bool {
        // Waveform Data, which is in an item of Waveform Sequence.
        if !isTopLevel { return tag == Tag(0x5400, 0x1010) }
        switch (tag.group, tag.element) {
        case (0x5600, 0x0020), (0x0042, 0x0011): return true  // Spectroscopy Data, Encapsulated Document
        // Curve Data, Audio Sample Data
        case (0x5000...0x50FF, 0x3000), (0x5000...0x50FF, 0x200C): return !tag.isPrivate
        case (0x6000...0x60FF, 0x3000): return !tag.isPrivate  // Overlay Data
        default: return false
        }
    }

    /// Encapsulated pixels are named whole: the offset table, all fragments, and what ends them.
    private mutating func write(_ pixels: PixelData, _ file: DICOMFile, isFirst: inout Bool) {
        guard bulkDataURI != nil else { return }
        begin(pixels.tag, pixels.vr, isFirst: &isFirst)
        switch pixels.form {
        case .native(let offset, let length, let available):
            let length = min(length, available)
            if length > 0 { writeBulkDataURI(offset: offset, length: length) }
        case .encapsulated(let encapsulated):
            let start = pixels.elementOffset + (file.dataSet.encoding.isExplicitVR ? 12 : 8)
            if let last = encapsulated.fragments.last {
                let end = last.offset + UInt64(last.length) + (encapsulated.isComplete ? 8 : 0)
                writeBulkDataURI(offset: start, length: end - start)
            }
        }
        append("}")
    }

    private mutating func writeBulkDataURI(offset: UInt64, length: UInt64) {
        append(",\"BulkDataURI\":\"")
        bulkDataURI?.withUnsafeBytes { appendEscaped($0) }
        append("?offset=\(offset)&length=\(length)\"")
    }
}
