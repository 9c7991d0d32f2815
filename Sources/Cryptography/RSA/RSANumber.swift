// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// One of the numbers that make an RSA key with two primes.
enum RSANumber: Int32, CaseIterable {
    case modulus, publicExponent, privateExponent, firstPrime, secondPrime
    /// The private exponent modulo a prime less one.
    case firstExponent, secondExponent
    /// The inverse of the second prime modulo the first.
    case coefficient

    /// OpenSSL's name for it.
    var name: UnsafePointer<CChar>? { opensslRSANumberName(rawValue) }
}
