extension Element {
    /// True if both hold the same value, however each is encoded: trailing padding, byte order, and the forms of sequences
    /// do not count; an empty value equals only an empty one (PS3.3 C.7.6.16.2.25).
    ///
    /// Values that were not read (`deferredFileOffset`) are equal to none.
    public func hasSameValue(as other: Element) -> Bool {
        if record.flags.contains(.deferred) || other.record.flags.contains(.deferred) { return false }
        if isSequence || other.isSequence { return hasSameItems(as: other) }
        let isSwapped = valueEncoding.isBigEndian != other.valueEncoding.isBigEndian
        let padding = vr.padding
        let wordSize = isSwapped ? vr.wordSize : 1
        return withValueBytes { left in
            other.withValueBytes { right in
                if wordSize > 1 { return left.elementsEqual(ByteOrder.swapped(right, wordSize: wordSize)) }
                let isText = vr.isText
                let leftCount = isText ? Self.trimmedCount(left, padding) : left.count
                let rightCount = isText ? Self.trimmedCount(right, padding) : right.count
                guard leftCount == rightCount else { return false }
                return left[..<leftCount].elementsEqual(right[..<rightCount])
            }
        }
    }

    private static func trimmedCount(_ bytes: UnsafeRawBufferPointer, _ padding: UInt8) -> Int {
        var count = bytes.count
        while count > 0, bytes[count - 1] == padding || bytes[count - 1] == 0 { count -= 1 }
        return count
    }

    private func hasSameItems(as other: Element) -> Bool {
        // Encoded alike, equal items are equal bytes; this settles nearly all.
        if isSequence == other.isSequence, valueEncoding == other.valueEncoding, length == other.length,
            withValueBytes({ left in other.withValueBytes { left.elementsEqual($0) } })
        {
            return true
        }
        guard itemCount == other.itemCount, isSequence == other.isSequence || isEmpty && other.isEmpty else {
            return false
        }
        return zip(items, other.items).allSatisfy { $0.hasSameElements(as: $1) }
    }
}

extension DataSet {
    /// True if both have the same elements with the same values, in the sense of `Element.hasSameValue`. Group lengths do
    /// not count.
    public func hasSameElements(as other: DataSet) -> Bool {
        let left = filter { !$0.tag.isGroupLength }
        let right = other.filter { !$0.tag.isGroupLength }
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { $0.tag == $1.tag && $0.hasSameValue(as: $1) }
    }
}

/// Byte order of words.
enum ByteOrder {
    /// `bytes` with the bytes of each word in reverse; an incomplete word at the end stays as it is.
    static func swapped(_ bytes: UnsafeRawBufferPointer, wordSize: Int) -> [UInt8] {
        var result = Array(bytes)
        guard wordSize > 1 else { return result }
        var start = 0
        while start + wordSize <= result.count {
            result[start..<start + wordSize].reverse()
            start += wordSize
        }
        return result
    }
}
