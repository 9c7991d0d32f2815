// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// Macros made of other macros, which Swift does not import.
static const int opensslKeyPair = EVP_PKEY_KEYPAIR;
static const int opensslPublicKey = EVP_PKEY_PUBLIC_KEY;

// OpenSSL's names for the numbers of an RSA key: modulus, public and private exponent, the primes, the exponents modulo
// the primes less one, the coefficient. They are here because OSSL_PARAM_BLD keeps the pointer to a name, and a Swift
// string lends one only for a call.
static inline const char *opensslRSANumberName(int index) {
    static const char *const names[] = {
        OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,         OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
    };
    return names[index];
}

// SHA-256 without OpenSSL's layer of providers, which costs as much as hashing a short message does: trees hash millions.
// OpenSSL calls these functions deprecated, so the warnings are turned off here and nowhere else.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
static inline void opensslSHA256Init(SHA256_CTX *context) { SHA256_Init(context); }
static inline void opensslSHA256Update(SHA256_CTX *context, const void *bytes, size_t count) {
    SHA256_Update(context, bytes, count);
}
static inline void opensslSHA256Final(unsigned char *digest, SHA256_CTX *context) { SHA256_Final(digest, context); }
#pragma clang diagnostic pop
