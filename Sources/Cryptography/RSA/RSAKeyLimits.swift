// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Which RSA keys are accepted.
public enum RSAKeyLimits {
    /// The smallest modulus, in bits: shorter ones can be factored with effort.
    public static let minimumBits = 2048
    /// The largest modulus, in bits: the time of a private operation grows with its cube.
    public static let maximumBits = 8192
    /// The smallest public exponent: a smaller one makes faults in paddings exploitable, and no genuine peer has one.
    public static let minimumExponent: UInt = 65_537
    /// The largest public exponent, in bits.
    public static let maximumExponentBits = 64
    /// The longest text that is searched for a key, in bytes.
    public static let maximumTextBytes = 64 * 1024

    /// Refuses a key that is not RSA or not within the limits, and returns the size of its modulus in bytes.
    static func check(_ key: OpenSSLKey) throws(CryptographyError) -> Int {
        try key.withPointer { key throws(CryptographyError) in
            guard EVP_PKEY_is_a(key, "RSA") == 1 else {
                throw CryptographyError(code: .unsupportedKey, message: "The key is not an RSA key.")
            }
            let bits = Int(EVP_PKEY_get_bits(key))
            guard (minimumBits...maximumBits).contains(bits) else {
                throw CryptographyError(
                    code: .unsupportedKey,
                    message: "The RSA key has \(bits) bits; \(minimumBits) to \(maximumBits) are accepted."
                )
            }
            var modulus: OpaquePointer?
            defer { BN_free(modulus) }
            guard EVP_PKEY_get_bn_param(key, RSANumber.modulus.name, &modulus) == 1, BN_is_odd(modulus) == 1 else {
                throw CryptographyError(
                    code: .unsupportedKey,
                    message: "The RSA key's modulus is even, so it is no product of two large primes."
                )
            }
            var exponent: OpaquePointer?
            defer { BN_free(exponent) }
            guard
                EVP_PKEY_get_bn_param(key, RSANumber.publicExponent.name, &exponent) == 1,
                BN_is_odd(exponent) == 1, BN_num_bits(exponent) <= maximumExponentBits,
                // The largest number if it doesn't fit.
                UInt(BN_get_word(exponent)) >= minimumExponent
            else {
                throw CryptographyError(
                    code: .unsupportedKey,
                    message: "The RSA key's public exponent must be odd, at least 65537 and of at most 64 bits."
                )
            }
            return (bits + 7) / 8
        }
    }
}
