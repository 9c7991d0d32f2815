// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The numbers of an RSA key with two primes. They are wiped when the value ends.
struct RSAComponents: ~Copyable {
    /// By ``RSANumber``.
    private let numbers: [OpaquePointer]

    /// The numbers of a private key.
    init(of key: OpenSSLKey) throws(CryptographyError) {
        numbers = try key.withPointer { key throws(CryptographyError) in
            var numbers: [OpaquePointer] = []
            for name in RSANumber.allCases.map(\.name) {
                var number: OpaquePointer?
                guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else {
                    numbers.forEach(BN_clear_free)
                    throw CryptographyError(
                        code: .unsupportedKey,
                        message: "The RSA key lacks its primes or what is derived from them."
                    )
                }
                numbers.append(number)
            }
            return numbers
        }
    }

    /// The numbers that a private key is stored with, as big-endian bytes; the two missing ones are derived.
    init(
        modulus: UnsafeRawBufferPointer,
        publicExponent: UnsafeRawBufferPointer,
        privateExponent: UnsafeRawBufferPointer,
        firstPrime: UnsafeRawBufferPointer,
        secondPrime: UnsafeRawBufferPointer,
        coefficient: UnsafeRawBufferPointer
    ) throws(CryptographyError) {
        let given = [modulus, publicExponent, privateExponent, firstPrime, secondPrime]
        let numbers = given.map(Self.number) + [BN_new(), BN_new(), Self.number(coefficient)]
        let complete = numbers.compactMap(\.self)
        guard complete.count == numbers.count, Self.deriveExponents(complete) else {
            complete.forEach(BN_clear_free)
            throw .inconsistent
        }
        self.numbers = complete
    }

    deinit {
        numbers.forEach(BN_clear_free)
    }

    /// The number, which must not be used after this value ends.
    subscript(number: RSANumber) -> OpaquePointer {
        numbers[Int(number.rawValue)]
    }

    /// Refuses numbers that do not make one working key. It does not look whether the primes are prime.
    func checkConsistency() throws(CryptographyError) {
        let one = BN_value_one()
        let scratch = BN_CTX_secure_new()
        let product = BN_new()
        let result = BN_new()
        let derived = [BN_new(), BN_new()]
        defer {
            derived.forEach(BN_clear_free)
            BN_clear_free(result)
            BN_clear_free(product)
            BN_CTX_free(scratch)
        }
        guard let scratch, let product, let result, let firstLess = derived[0], let secondLess = derived[1] else {
            throw OpenSSL.failure("There is not enough memory to check a key.")
        }
        let (first, second) = (self[.firstPrime], self[.secondPrime])
        let isConsistent =
            // n = p·q, with two different odd primes
            BN_is_odd(first) == 1 && BN_is_odd(second) == 1 && BN_is_one(first) == 0 && BN_is_one(second) == 0
            && BN_cmp(first, second) != 0
            && BN_mul(product, first, second, scratch) == 1 && BN_cmp(product, self[.modulus]) == 0
            // e·d ≡ 1 modulo p - 1 and q - 1
            && BN_sub(firstLess, first, one) == 1 && BN_sub(secondLess, second, one) == 1
            && BN_mod_mul(result, self[.publicExponent], self[.privateExponent], firstLess, scratch) == 1
            && BN_is_one(result) == 1
            && BN_mod_mul(result, self[.publicExponent], self[.privateExponent], secondLess, scratch) == 1
            && BN_is_one(result) == 1
            // d modulo p - 1 and q - 1
            && BN_div(nil, result, self[.privateExponent], firstLess, scratch) == 1
            && BN_cmp(result, self[.firstExponent]) == 0
            && BN_div(nil, result, self[.privateExponent], secondLess, scratch) == 1
            && BN_cmp(result, self[.secondExponent]) == 0
            // q times its inverse ≡ 1 modulo p
            && BN_mod_mul(result, self[.coefficient], second, first, scratch) == 1 && BN_is_one(result) == 1
            && BN_cmp(self[.coefficient], first) < 0
        guard isConsistent else { throw .inconsistent }
    }

    /// A key of these numbers, which computes with the primes and so four times as fast as without.
    func makeKey() throws(CryptographyError) -> OpenSSLKey {
        try OpenSSL.makeRSAKey(zip(RSANumber.allCases, numbers).map(\.self), selection: opensslKeyPair)
    }

    private static func number(_ bytes: UnsafeRawBufferPointer) -> OpaquePointer? {
        let number = BN_bin2bn(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count), nil)
        BN_set_flags(number, BN_FLG_CONSTTIME)
        return number
    }

    private static func deriveExponents(_ numbers: [OpaquePointer]) -> Bool {
        let scratch = BN_CTX_secure_new()
        let less = BN_new()
        defer {
            BN_clear_free(less)
            BN_CTX_free(scratch)
        }
        return [(RSANumber.firstPrime, RSANumber.firstExponent), (.secondPrime, .secondExponent)].allSatisfy {
            prime,
            exponent in
            BN_sub(less, numbers[Int(prime.rawValue)], BN_value_one()) == 1
                && BN_div(
                    nil,
                    numbers[Int(exponent.rawValue)],
                    numbers[Int(RSANumber.privateExponent.rawValue)],
                    less,
                    scratch
                ) == 1
        }
    }
}

extension CryptographyError {
    fileprivate static let inconsistent = CryptographyError(
        code: .invalidKey,
        message: "The parts of the RSA key do not belong together."
    )
}
