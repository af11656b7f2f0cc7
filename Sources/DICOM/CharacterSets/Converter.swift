internal import Glibc

/// A conversion of the C library from one encoding to UTF-8. Not to be shared between threads.
struct Converter: ~Copyable {
    private let descriptor: iconv_t

    /// Nil if the C library has no such encoding.
    init?(from encoding: String) {
        guard let descriptor = iconv_open("UTF-8", encoding), Int(bitPattern: descriptor) != -1 else { return nil }
        self.descriptor = descriptor
    }

    deinit {
        iconv_close(descriptor)
    }

    /// The one character that `bytes` are; nil if they are none or several.
    func scalar(of bytes: [UInt8]) -> UnicodeScalar? {
        var complete = true
        let utf8 = convert(bytes) { complete = false }
        let scalars = String(decoding: utf8, as: UTF8.self).unicodeScalars
        guard complete, scalars.count == 1 else { return nil }
        return scalars.first
    }

    /// The UTF-8 of `bytes`, with U+FFFD for each byte that starts no character.
    func string(of bytes: [UInt8]) -> String {
        String(decoding: convert(bytes) {}, as: UTF8.self)
    }

    private func convert(_ bytes: [UInt8], onInvalidByte: () -> Void) -> [UInt8] {
        var input = bytes.map { CChar(bitPattern: $0) }
        var output: [UInt8] = []
        var chunk = [CChar](repeating: 0, count: 256)
        var position = 0
        iconv(descriptor, nil, nil, nil, nil)
        while position < input.count {
            var failure: Int32 = 0
            let (consumed, produced) = input.withUnsafeMutableBufferPointer { source in
                chunk.withUnsafeMutableBufferPointer { target in
                    var from = source.baseAddress.map { $0 + position }
                    var to = target.baseAddress
                    var left = source.count - position
                    var room = target.count
                    if iconv(descriptor, &from, &left, &to, &room) == -1 { failure = errno }
                    return (source.count - position - left, target.count - room)
                }
            }
            output.append(contentsOf: chunk[..<produced].lazy.map { UInt8(bitPattern: $0) })
            position += consumed
            if failure == EILSEQ || failure == EINVAL || (consumed == 0 && produced == 0) {
                output.append(contentsOf: [0xEF, 0xBF, 0xBD])
                onInvalidByte()
                position += 1
            }
        }
        return output
    }
}
