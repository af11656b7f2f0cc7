// OpenSSL's libcrypto, for its digests.
#ifndef CCRYPTO_SHIM_H
#define CCRYPTO_SHIM_H

// The calls of OpenSSL 1: those of OpenSSL 3 look the algorithm up by name each time, which takes longer than a short digest.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stddef.h>

/// The SHA-256 of `count` bytes, into 32 bytes.
static inline void ccrypto_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}

/// A SHA-256 that is given its bytes piece by piece: `ccrypto_sha256_begin`, `_add` as often as there is something, `_end`.
typedef SHA256_CTX ccrypto_sha256_state;
static inline void ccrypto_sha256_begin(ccrypto_sha256_state *state) { SHA256_Init(state); }
static inline void ccrypto_sha256_add(ccrypto_sha256_state *state, const void *bytes, size_t count) {
    SHA256_Update(state, bytes, count);
}
static inline void ccrypto_sha256_end(ccrypto_sha256_state *state, unsigned char *digest) { SHA256_Final(digest, state); }

/// The SHA-1 of `count` bytes, into 20 bytes.
static inline void ccrypto_sha1(const void *bytes, size_t count, unsigned char *digest) {
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, bytes, count);
    SHA1_Final(digest, &context);
}

#endif
