internal import DICOM

/// Tells images that hold many slices as tiles: each would pass for a slice, and none is.
enum MosaicTest {
    static func reason(_ dataSet: DataSet) -> ConversionReason? {
        let imageType = dataSet.strings(Tag(0x0008, 0x0008))
        // Siemens writes MOSAIC, UIH VFRAME, among the values of Image Type.
        if let value = imageType.first(where: { $0 == "MOSAIC" || $0 == "VFRAME" }) {
            return ConversionReason(.mosaic, tag: Tag(0x0008, 0x0008), value)
        }
        guard let header = dataSet.privateElement(group: 0x0029, creator: "SIEMENS CSA HEADER", element: 0x10),
            let count = header.withValueBytes({ SiemensCSAHeader.integer(named: "NumberOfImagesInMosaic", in: $0) }),
            count > 1
        else { return nil }
        return ConversionReason(.mosaic, tag: header.tag, "\(count) tiles")
    }
}

/// The CSA Image Header of Siemens (0029,xx10): a list of named values, little-endian.
///
/// "SV10", four bytes, the number of entries, a word. An entry has 64 bytes of name, then VM, VR, a type, the number of items
/// and a word, 20 bytes in all; an item has four words, the first of which is the length of its text, padded to a multiple
/// of four. (The older form without "SV10" comes from scanners that always say MOSAIC in Image Type.)
enum SiemensCSAHeader {
    /// The first value of the entry called `name` as an integer; nil if there is none, or the bytes are something else.
    static func integer(named name: String, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 16, bytes.prefix(4).elementsEqual("SV10".utf8), let count = word(bytes, 8), count < 4096
        else {
            return nil
        }
        var position = 16
        for _ in 0..<count {
            guard position <= bytes.count - 84, let items = word(bytes, position + 76), items < 4096 else { return nil }
            let isWanted = bytes[position..<position + 64].prefix { $0 != 0 }.elementsEqual(name.utf8)
            position += 84
            for _ in 0..<items {
                guard position <= bytes.count - 16, let length = word(bytes, position),
                    length <= bytes.count - position - 16
                else { return nil }
                if isWanted, length > 0 {
                    let text = bytes[position + 16..<position + 16 + length].prefix { $0 != 0 }
                    return Int(String(decoding: text, as: UTF8.self).filter { $0 != " " })
                }
                position += 16 + (length + 3) & ~3
            }
        }
        return nil
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int? {
        guard position >= 0, position <= bytes.count - 4 else { return nil }
        let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        return word < 1 << 24 ? Int(word) : nil
    }
}
