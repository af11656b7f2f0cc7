/// Reads a data set into flat records (PS3.5 7). Pixel data are located, not read.
///
/// What cannot be read ends the parse; the elements before it stay, for an archive shows damaged files too.
struct DataSetParser<Source: ByteSource> {
    /// Values at the top level longer than this stay in the file (`Element.deferredFileOffset`).
    static var deferredLength: Int { 1 << 20 }
    /// Objects of the standard nest sequences less than 20 deep.
    static var maximumDepth: Int { 64 }
    /// Bytes of a nested value that are read at most. Longer ones end the parse: what holds them is one value of the data set,
    /// and cannot be taken over in pieces.
    static var maximumNestedLength: UInt32 { 32 << 20 }
    /// Elements and items at any depth.
    static var maximumRecordCount: Int { 4_000_000 }

    var buffer: HeaderBuffer<Source>
    private(set) var encoding: Encoding
    private(set) var records: [ElementRecord] = []
    private(set) var topLevel: [Int32] = []
    private(set) var deferred: [Int32: UInt64] = [:]
    private(set) var pixelData: PixelData?
    private(set) var position: Int
    /// Pixel Representation (0028,0103) met so far decides "US or SS" where VRs are implicit.
    private var isSigned = false
    private var isAscending = true

    init(buffer: consuming HeaderBuffer<Source>, position: Int, encoding: Encoding) {
        self.buffer = buffer
        self.position = position
        self.encoding = encoding
        records.reserveCapacity(256)
        topLevel.reserveCapacity(192)
    }

    /// The header of an element or item as it stands in the buffer.
    private struct Header {
        var tag: Tag
        var vr: VR
        var length: UInt32
        var start: Int
        var valueStart: Int

        /// A sequence, or of undefined length: its parts are read one by one.
        var isOpen: Bool { vr == .SQ || length == 0xFFFF_FFFF }
    }

    static var undefinedLength: UInt32 { 0xFFFF_FFFF }

    /// Reads elements to the end of the file. Returns what stopped it, nil if nothing did.
    mutating func parseToEnd() -> ParseError? {
        do throws(ParseError) {
            while buffer.available(from: position) > 0 {
                if try atTrailingZeros() { break }
                guard let header = try parseHeader(encoding: encoding) else {
                    throw ParseError(
                        .truncated(needed: 8, available: buffer.available(from: position)),
                        offset: buffer.fileOffset(of: position))
                }
                if header.tag.isPixelData {
                    try parsePixelData(header)
                } else {
                    try parseTopLevelElement(header)
                }
            }
        } catch {
            sortTopLevel()
            return error
        }
        sortTopLevel()
        return nil
    }

    /// Reads the elements of group 0002 and stops before the first that is not (PS3.10 7.1).
    mutating func parseFileMeta() throws(ParseError) {
        while buffer.available(from: position) > 0 {
            guard try buffer.ensure(8, at: position), buffer.u16(position, bigEndian: false) == 2 else { return }
            guard let header = try parseHeader(encoding: .explicitLittleEndian) else { return }
            try parseTopLevelElement(header)
        }
    }

    /// The buffer, for one who goes on with it.
    mutating func takeBuffer() -> HeaderBuffer<Source> {
        defer { buffer = HeaderBuffer(source: buffer.source) }
        return buffer
    }

    /// In arrays of just the size that is needed: thousands of headers may be held at once.
    func makeDataSet(bytes: [UInt8]) -> DataSet {
        let storage = DataSetStorage(
            bytes: bytes, records: records.trimmed(), topLevel: topLevel.trimmed(), encoding: encoding,
            deferred: deferred, gaps: buffer.gaps)
        return DataSet(storage: storage, range: 0..<Int32(records.count), isTopLevel: true)
    }

    mutating func begin(encoding: Encoding) {
        self.encoding = encoding
        records.removeAll(keepingCapacity: true)
        topLevel.removeAll(keepingCapacity: true)
        deferred.removeAll()
    }

    // MARK: Elements

    /// Some writers pad files with zeros behind the last element.
    private mutating func atTrailingZeros() throws(ParseError) -> Bool {
        let count = min(8, buffer.available(from: position))
        guard pixelData != nil || count < 8 else { return false }
        guard try buffer.ensure(count, at: position) else { return false }
        return buffer.bytes[position..<position + count].allSatisfy { $0 == 0 }
    }

    private mutating func parseHeader(encoding: Encoding) throws(ParseError) -> Header? {
        guard try buffer.ensure(8, at: position) else { return nil }
        let start = position
        let tag = Tag(
            buffer.u16(start, bigEndian: encoding.isBigEndian), buffer.u16(start + 2, bigEndian: encoding.isBigEndian))
        if tag.group == 0xFFFE {
            return Header(
                tag: tag, vr: .UN, length: buffer.u32(start + 4, bigEndian: encoding.isBigEndian), start: start,
                valueStart: start + 8)
        }
        let vr = VR(rawValue: UInt16(buffer.bytes[start + 4]) << 8 | UInt16(buffer.bytes[start + 5]))
        // Real files mix both forms: an element whose VR bytes are no VR is read as Implicit VR.
        guard encoding.isExplicitVR, vr.isKnown else {
            return Header(
                tag: tag, vr: dictionaryVR(of: tag), length: buffer.u32(start + 4, bigEndian: encoding.isBigEndian),
                start: start, valueStart: start + 8)
        }
        guard vr.usesLongLength else {
            return Header(
                tag: tag, vr: vr, length: UInt32(buffer.u16(start + 6, bigEndian: encoding.isBigEndian)), start: start,
                valueStart: start + 8)
        }
        guard try buffer.ensure(12, at: position) else { return nil }
        return Header(
            tag: tag, vr: vr, length: buffer.u32(start + 8, bigEndian: encoding.isBigEndian), start: start,
            valueStart: start + 12)
    }

    private func dictionaryVR(of tag: Tag) -> VR {
        let vr = DataDictionary.vr(of: tag)
        guard vr == .US, isSigned, DataDictionary.entry(for: tag)?.alternatives.contains(.SS) == true else { return vr }
        return .SS
    }

    private mutating func parseTopLevelElement(_ header: Header) throws(ParseError) {
        let index = Int32(records.count)
        if let last = topLevel.last, records[Int(last)].tag >= header.tag { isAscending = false }
        do throws(ParseError) {
            if header.length != Self.undefinedLength, Int(header.length) > Self.deferredLength, header.vr != .SQ,
                !isUnknownSequence(header, encoding: encoding)
            {
                try deferValue(of: header)
            } else {
                try parseValue(header, encoding: encoding, depth: 0, limit: .max)
            }
        } catch {
            // The element that could not be read goes, with all that was read of it.
            records.removeLast(records.count - Int(index))
            position = header.start
            throw error
        }
        topLevel.append(index)
        if header.tag == Tag(0x0028, 0x0103), header.length >= 2 {
            isSigned = buffer.u16(header.valueStart, bigEndian: encoding.isBigEndian) == 1
        }
    }

    private mutating func deferValue(of header: Header) throws(ParseError) {
        let available = buffer.available(from: header.valueStart)
        guard Int(header.length) <= available else { throw truncated(header, available: available) }
        let index = Int32(records.count)
        deferred[index] = UInt64(buffer.fileOffset(of: header.valueStart))
        append(header, flags: .deferred, end: header.valueStart, encoding: encoding)
        records[Int(index)].next = index + 1
        buffer.skip(Int(header.length), at: header.valueStart)
        position = header.valueStart
    }

    private func truncated(_ header: Header, available: Int) -> ParseError {
        ParseError(
            .truncated(needed: Int(header.length), available: available), offset: buffer.fileOffset(of: header.start),
            tag: header.tag)
    }

    /// Adds a record. `encoding` is that of the data set or item that the element or item stands in.
    private mutating func append(_ header: Header, flags: ElementRecord.Flags, end: Int, encoding: Encoding) {
        var flags = flags
        if encoding != self.encoding {
            flags.insert(.withinImplicit)
        } else if header.vr == .UN, encoding.isExplicitVR, header.tag.group != 0xFFFE {
            flags.insert(.implicitValue)
        }
        records.append(
            ElementRecord(
                tag: header.tag, vr: header.vr, flags: flags, start: UInt32(clamping: header.start),
                valueStart: UInt32(clamping: header.valueStart), length: header.length,
                next: Int32(clamping: records.count + 1), end: UInt32(clamping: end)))
    }

    /// Reads the value of `header`, which ends before `limit`, and adds its records.
    private mutating func parseValue(
        _ header: Header, encoding: Encoding, depth: Int, limit: Int
    ) throws(ParseError) {
        guard depth < Self.maximumDepth else {
            throw ParseError(.nestedTooDeep, offset: buffer.fileOffset(of: header.start), tag: header.tag)
        }
        guard records.count < Self.maximumRecordCount, header.length <= Self.maximumNestedLength || header.isOpen else {
            throw ParseError(
                .tooLarge(Int(header.length)), offset: buffer.fileOffset(of: header.start), tag: header.tag)
        }
        if header.length == Self.undefinedLength {
            let isImplicit = header.vr == .UN && encoding.isExplicitVR
            try parseSequence(
                header, encoding: encoding, inner: isImplicit ? .implicitLittleEndian : encoding, depth: depth,
                limit: limit)
            return
        }
        let available = min(buffer.available(from: header.valueStart), limit - header.valueStart)
        guard Int(header.length) <= available else {
            if limit != .max {
                throw ParseError(
                    .badLength(header.length), offset: buffer.fileOffset(of: header.start), tag: header.tag)
            }
            throw truncated(header, available: available)
        }
        let end = header.valueStart + Int(header.length)
        guard end <= Int(UInt32.max) else {
            throw ParseError(
                .tooLarge(Int(header.length)), offset: buffer.fileOffset(of: header.start), tag: header.tag)
        }
        if header.vr == .SQ {
            try parseSequence(header, encoding: encoding, inner: encoding, depth: depth, limit: end)
            return
        }
        guard try buffer.ensure(Int(header.length), at: header.valueStart) else {
            throw truncated(header, available: available)
        }
        if isUnknownSequence(header, encoding: encoding),
            parseUnknownSequence(header, encoding: encoding, depth: depth, limit: end)
        {
            return
        }
        append(header, flags: [], end: end, encoding: encoding)
        position = end
    }

    /// Whether an element is UN that the dictionary knows for a sequence: what somebody made who did not know the attribute,
    /// out of Implicit VR Little Endian (PS3.5 6.2.2).
    private func isUnknownSequence(_ header: Header, encoding: Encoding) -> Bool {
        header.vr == .UN && encoding.isExplicitVR && header.length > 0 && !header.tag.isPrivate
            && DataDictionary.vr(of: header.tag) == .SQ
    }

    /// Reads a value in the buffer as the items that it should be. False, and nothing is read, if it is no sequence.
    private mutating func parseUnknownSequence(_ header: Header, encoding: Encoding, depth: Int, limit: Int) -> Bool {
        let count = records.count
        do throws(ParseError) {
            try parseSequence(header, encoding: encoding, inner: .implicitLittleEndian, depth: depth, limit: limit)
            return true
        } catch {
            records.removeLast(records.count - count)
            return false
        }
    }

    // MARK: Sequences (PS3.5 7.5)

    /// - Parameters:
    ///   - encoding: of the data set or item that the sequence stands in.
    ///   - inner: of its items.
    private mutating func parseSequence(
        _ header: Header, encoding: Encoding, inner: Encoding, depth: Int, limit: Int
    ) throws(ParseError) {
        let index = records.count
        let isUndefined = header.length == Self.undefinedLength
        append(header, flags: isUndefined ? .undefinedLength : [], end: header.valueStart, encoding: encoding)
        position = header.valueStart
        var valueEnd = position
        while isUndefined || position < limit {
            guard try buffer.ensure(8, at: position), position + 8 <= limit else {
                throw truncated(header, available: buffer.available(from: header.valueStart))
            }
            guard let item = try parseHeader(encoding: inner) else { throw truncated(header, available: 0) }
            valueEnd = position
            if item.tag == Tag(0xFFFE, 0xE0DD) {
                position = item.valueStart
                if isUndefined { break }
                continue
            }
            guard item.tag == Tag(0xFFFE, 0xE000) else {
                throw ParseError(
                    .itemExpected(found: item.tag), offset: buffer.fileOffset(of: position), tag: header.tag)
            }
            try parseItem(item, encoding: inner, depth: depth + 1, limit: limit)
            valueEnd = position
        }
        records[index].length = UInt32(clamping: valueEnd - header.valueStart)
        records[index].next = Int32(clamping: records.count)
        records[index].end = UInt32(clamping: position)
    }

    private mutating func parseItem(
        _ item: Header, encoding: Encoding, depth: Int, limit: Int
    ) throws(ParseError) {
        let index = records.count
        guard index < Self.maximumRecordCount else {
            throw ParseError(.tooLarge(index), offset: buffer.fileOffset(of: item.start), tag: item.tag)
        }
        let isUndefined = item.length == Self.undefinedLength
        append(item, flags: isUndefined ? .undefinedLength : [], end: item.valueStart, encoding: encoding)
        position = item.valueStart
        var end = limit
        if !isUndefined {
            end = item.valueStart + Int(item.length)
            guard end <= limit, Int(item.length) <= buffer.available(from: item.valueStart) else {
                throw ParseError(.badLength(item.length), offset: buffer.fileOffset(of: item.start), tag: item.tag)
            }
        }
        var valueEnd = position
        while isUndefined || position < end {
            guard let element = try parseHeader(encoding: encoding), element.valueStart <= end else {
                throw ParseError(.badLength(item.length), offset: buffer.fileOffset(of: item.start), tag: item.tag)
            }
            valueEnd = position
            if element.tag == Tag(0xFFFE, 0xE00D) {
                position = element.valueStart
                if isUndefined { break }
                continue
            }
            if element.tag == Tag(0xFFFE, 0xE0DD), isUndefined {
                // The item delimiter is missing; the sequence ends here.
                break
            }
            try parseValue(element, encoding: encoding, depth: depth, limit: end)
            valueEnd = position
        }
        records[index].length = UInt32(clamping: valueEnd - item.valueStart)
        records[index].next = Int32(clamping: records.count)
        records[index].end = UInt32(clamping: position)
    }

    // MARK: Pixel data

    private mutating func parsePixelData(_ header: Header) throws(ParseError) {
        let fileOffset = buffer.fileOffset(of: header.valueStart)
        let found: PixelData
        if header.length == Self.undefinedLength {
            let walk = try FragmentWalk.walk(from: fileOffset, buffer: buffer, isBigEndian: encoding.isBigEndian)
            found = PixelData(
                tag: header.tag, vr: header.vr, elementOffset: UInt64(buffer.fileOffset(of: header.start)),
                form: .encapsulated(walk.pixels))
            buffer.skip(walk.end - buffer.fileOffset(of: header.start), at: header.start)
        } else {
            let available = buffer.available(from: header.valueStart)
            let length = UInt64(header.length)
            found = PixelData(
                tag: header.tag, vr: header.vr, elementOffset: UInt64(buffer.fileOffset(of: header.start)),
                form: .native(
                    offset: UInt64(fileOffset), length: length, available: min(length, UInt64(available))))
            buffer.skip(min(Int(header.length), available) + header.valueStart - header.start, at: header.start)
        }
        position = header.start
        // As of other elements, the first counts.
        if pixelData == nil { pixelData = found } else { pixelData?.isRepeated = true }
    }

    private mutating func sortTopLevel() {
        guard !isAscending else { return }
        let records = records
        // Stable: of several elements with one tag the first in the file stays first.
        topLevel = topLevel.enumerated().sorted {
            (records[Int($0.element)].tag, $0.offset) < (records[Int($1.element)].tag, $1.offset)
        }.map(\.element)
    }
}

extension Tag {
    /// Pixel Data, Float Pixel Data, Double Float Pixel Data.
    var isPixelData: Bool {
        rawValue == 0x7FE0_0010 || rawValue == 0x7FE0_0008 || rawValue == 0x7FE0_0009
    }
}
