// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Which RSA keys are accepted.
public enum RSAKeyLimits {
    /// The smallest modulus, in bits: shorter ones can be factored with effort.
    public static let minimumBits = 2048
    /// The largest modulus, in bits: the time of a private operation grows with its cube.
    public static let maximumBits = 8192
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
            var exponent: OpaquePointer?
            defer { BN_free(exponent) }
            guard
                EVP_PKEY_get_bn_param(key, RSANumber.publicExponent.name, &exponent) == 1,
                BN_is_odd(exponent) == 1, BN_is_one(exponent) == 0,
                BN_num_bits(exponent) <= maximumExponentBits
            else {
                throw CryptographyError(
                    code: .unsupportedKey,
                    message: "The RSA key's public exponent must be odd, above 1 and of at most 64 bits."
                )
            }
            return (bits + 7) / 8
        }
    }
}
