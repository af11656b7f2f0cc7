/// Any source as one type, so that the parser is compiled for it in this module: left generic, it asks the runtime for its own
/// type at every element, which was a third of the time of a parse.
struct AnyByteSource: ByteSource {
    private let source: any ByteSource
    let size: Int

    init(_ source: some ByteSource) {
        self.source = source
        size = source.size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        try source.read(into: buffer, at: offset)
    }
}
