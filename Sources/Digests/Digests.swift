internal import CCrypto

/// The SHA-256 digest of `bytes`: 32 bytes (FIPS 180-4).
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { output, count in
        bytes.withUnsafeBufferPointer { ccrypto_sha256($0.baseAddress, $0.count, output.baseAddress) }
        count = Int(SHA256_DIGEST_LENGTH)
    }
}

/// A SHA-256 digest of bytes that come piece by piece.
public struct SHA256Digest: ~Copyable {
    private var state = ccrypto_sha256_state()

    public init() { ccrypto_sha256_begin(&state) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        ccrypto_sha256_add(&state, bytes.baseAddress, bytes.count)
    }

    /// The digest of all that was added: 32 bytes.
    public consuming func end() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { output, count in
            ccrypto_sha256_end(&state, output.baseAddress)
            count = Int(SHA256_DIGEST_LENGTH)
        }
    }
}

/// The SHA-256 digest of the UTF-8 form of `text`.
public func sha256(_ text: String) -> [UInt8] {
    sha256(Array(text.utf8))
}

/// The SHA-1 digest of `bytes`: 20 bytes. Only for name-based UUIDs, which are defined on it (RFC 9562 5.5).
public func sha1(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(SHA_DIGEST_LENGTH)) { output, count in
        bytes.withUnsafeBufferPointer { ccrypto_sha1($0.baseAddress, $0.count, output.baseAddress) }
        count = Int(SHA_DIGEST_LENGTH)
    }
}

/// The first eight bytes of a digest as a big-endian number.
public func leadingUInt64(of digest: [UInt8]) -> UInt64 {
    digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
}
