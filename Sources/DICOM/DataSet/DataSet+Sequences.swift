extension DataSet {
    /// The elements of this level whose values are sequences, in the order of the file.
    public var sequences: [Element] {
        var found: [Element] = []
        if isTopLevel {
            for index in storage.topLevel where isSequence(storage.records[Int(index)], at: index) {
                found.append(Element(storage: storage, index: index))
            }
            return found
        }
        var index = range.lowerBound
        while index < range.upperBound {
            let record = storage.records[Int(index)]
            if isSequence(record, at: index) { found.append(Element(storage: storage, index: index)) }
            index = record.next
        }
        return found
    }

    private func isSequence(_ record: ElementRecord, at index: Int32) -> Bool {
        record.vr == .SQ || record.next > index + 1
    }
}
