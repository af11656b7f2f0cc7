import Digests

/// The short code that ends every component of a name and tells apart what reads alike.
enum IdentityCode {
    /// Characters in a code unless said otherwise: 50 bits.
    static let length = 10
    /// How long a code can be said to be. Fewer would often clash, and a clash gives names in the order of identities, so that an
    /// arrival could rename another instance; more tell no more apart than a SHA-256 does.
    static let lengths = 4...26

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The leading bits of the SHA-256 of `identity` in base32 (RFC 4648 6, lower case). `rehash` counts from 0; each gives
    /// another code, for an identity whose code is taken.
    static func code(of identity: String, rehash: Int, length: Int) -> [UInt8] {
        let digest = sha256(rehash == 0 ? identity : "\(identity)\u{0}\(rehash)")
        var code: [UInt8] = []
        code.reserveCapacity(length)
        var accumulator: UInt32 = 0
        var bits = 0
        for byte in digest where code.count < length {
            accumulator = (accumulator << 8 | UInt32(byte)) & 0xFFFF
            bits += 8
            while bits >= 5, code.count < length {
                bits -= 5
                code.append(alphabet[Int((accumulator >> UInt32(bits)) & 31)])
            }
        }
        return code
    }
}
