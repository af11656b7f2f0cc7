extension DataSet {
    /// The data set that `bytes` are, whole and without pixel data.
    ///
    /// - Throws: what stopped the parse, if it did not come to the end.
    public init(bytes: [UInt8], encoding: Encoding) throws(ParseError) {
        var parser = DataSetParser(
            buffer: HeaderBuffer(source: MemoryByteSource(bytes)), position: 0, encoding: encoding)
        if let damage = parser.parseToEnd() { throw damage }
        self = parser.makeDataSet(bytes: parser.buffer.finish(count: parser.position))
    }
}
