internal import Digests

/// A digest over texts and other digests, unambiguous in how many there are and where each ends.
struct ContentDigest {
    private var bytes: [UInt8] = []

    mutating func append(_ text: String) {
        append(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ number: Int) {
        withUnsafeBytes(of: Int64(number).littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ digest: [UInt8]) {
        append(digest.count)
        bytes.append(contentsOf: digest)
    }

    /// 32 bytes.
    var value: [UInt8] { sha256(bytes) }

    static func hexadecimal(_ digest: [UInt8]) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
