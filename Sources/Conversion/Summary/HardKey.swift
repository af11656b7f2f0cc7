internal import DICOM
internal import Digests

/// The digest by which classic images are kept apart that must not be combined (digest section 3, K-hard).
///
/// Over a canonical form: text as Unicode without padding, numbers as numbers, sequences by content, absent like empty; so that two
/// writers' spellings of one value are one value.
enum HardKey {
    static func make(dataSet: DataSet, transferSyntax: TransferSyntax) -> UInt128 {
        var canonical = CanonicalForm(of: dataSet)
        // Encapsulated frames are taken over as they are, so all must be in one syntax; native ones mix.
        canonical.append(transferSyntax.frameEncoding == .native ? "native" : transferSyntax.uid)
        for tag in tags {
            guard let element = dataSet[tag], !element.isEmpty else { continue }
            canonical.append(element)
        }
        appendClinicalTrial(of: dataSet, to: &canonical)
        return canonical.digest
    }

    private static func appendClinicalTrial(of dataSet: DataSet, to canonical: inout CanonicalForm) {
        guard dataSet[Tag(0x0012, 0x0010)] != nil || dataSet[Tag(0x0012, 0x0040)] != nil else { return }
        for element in dataSet where element.tag.group == 0x0012 && !element.isEmpty && !element.tag.isGroupLength {
            canonical.append(element)
        }
    }

    private static let tags: [Tag] = [
        // Patient and Study: one and the same by G-4, so that no instance carries another's name.
        0x0010_0010, 0x0010_0020, 0x0010_0021, 0x0010_0030, 0x0010_0040, 0x0010_2210,
        0x0020_000D, 0x0020_0010, 0x0008_0050, 0x0008_0020, 0x0008_0030,
        // Series. Its date and time are always part of the new Series and are PET's zero of time (G-7).
        0x0020_000E, 0x0008_0016, 0x0008_0060, 0x0008_0068, 0x0008_0021, 0x0008_0031, 0x0020_0060, 0x0018_5100,
        // Frame of Reference and Synchronization.
        0x0020_0052, 0x0020_1040, 0x0020_0200, 0x0018_106A,
        // Equipment.
        0x0008_0070, 0x0008_1090, 0x0018_1000, 0x0018_1020, 0x0008_1010, 0x0008_0080, 0x0018_1008,
        // Image Pixel: one description for all frames (E-5, E-6).
        0x0028_0002, 0x0028_0004, 0x0028_0006, 0x0028_0010, 0x0028_0011, 0x0028_0100, 0x0028_0103, 0x0028_0120,
        0x0028_0121, 0x0028_0301, 0x0028_2110, 0x0028_2114,
        // Once in an instance, with no place in a functional group.
        0x0040_0555, 0x0018_9361,
        // PET Series and Isotope.
        0x0054_1000, 0x0054_1001, 0x0054_1002, 0x0054_1102, 0x0028_0051, 0x0054_0016,
    ].map { Tag(rawValue: $0) }
}

/// Values written so that equal values are equal bytes.
struct CanonicalForm {
    private(set) var bytes: [UInt8] = []
    /// In which the texts are that are appended.
    private var characterSet: SpecificCharacterSet

    /// - Parameter dataSet: whose elements will be appended.
    init(of dataSet: DataSet) {
        characterSet = dataSet.specificCharacterSet ?? .defaultRepertoire
        bytes.reserveCapacity(1024)
    }

    /// The first 128 bits of SHA-256.
    var digest: UInt128 { sha256(bytes).prefix(16).reduce(0) { $0 << 8 | UInt128($1) } }

    mutating func append(_ text: String) {
        append(length: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(length: Int) {
        withUnsafeBytes(of: UInt32(clamping: length).littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// An element with its tag.
    mutating func append(_ element: Element) {
        withUnsafeBytes(of: element.tag.rawValue.littleEndian) { bytes.append(contentsOf: $0) }
        if element.isSequence {
            let items = element.items
            append(length: items.count)
            for item in items { append(item) }
            return
        }
        switch element.effectiveVR {
        case .US, .SS, .UL, .SL: append(numbers: element.integers.map(Double.init))
        case .IS, .DS:
            let numbers = element.doubles
            if numbers.isEmpty { append(element.rawString) } else { append(numbers: numbers) }
        case .FL, .FD: append(numbers: element.doubles)
        case let vr where vr.isText: appendValues(of: element)
        default: element.withValueBytes { append(rawBytes: $0) }
        }
    }

    private mutating func append(_ item: DataSet) {
        let outer = characterSet
        defer { characterSet = outer }
        if let own = item.specificCharacterSet { characterSet = own }
        let start = bytes.count
        append(length: 0)
        // In items, elements may stand in any order: files break the rule that they ascend.
        for element in item.sorted(by: { $0.tag < $1.tag }) where !element.isEmpty && !element.tag.isGroupLength {
            append(element)
        }
        let count = UInt32(clamping: bytes.count - start)
        withUnsafeBytes(of: count.littleEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }

    private mutating func append(numbers: [Double]) {
        append(length: numbers.count)
        for number in numbers {
            // 0 and -0 are one number.
            let bits = (number == 0 ? 0 : number).bitPattern
            withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }

    /// Each value without its padding, in UTF-8 where that can be told.
    private mutating func appendValues(of element: Element) {
        if case .utf8(let text) = UnifiedText(element, in: characterSet) {
            text.withUnsafeBytes { append(values: $0) }
        } else {
            element.withValueBytes { append(values: $0) }
        }
    }

    private mutating func append(values: UnsafeRawBufferPointer) {
        let start = bytes.count
        append(length: 0)
        var isFirst = true
        for part in values.split(separator: 0x5C, omittingEmptySubsequences: false) {
            if !isFirst { bytes.append(0x5C) }
            isFirst = false
            var part = part
            while let last = part.last, last == 0x20 || last == 0 { part.removeLast() }
            while part.first == 0x20 { part.removeFirst() }
            bytes.append(contentsOf: part)
        }
        let count = UInt32(clamping: bytes.count - start)
        withUnsafeBytes(of: count.littleEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }

    private mutating func append(rawBytes value: UnsafeRawBufferPointer) {
        append(length: value.count)
        bytes.append(contentsOf: value)
    }
}
