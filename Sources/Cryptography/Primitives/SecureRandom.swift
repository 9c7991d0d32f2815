// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Random numbers that nobody can predict.
public enum SecureRandom {
    /// Random bytes for public values such as nonces.
    ///
    /// - Throws: ``CryptographyError`` with the code `failed` if the generator can't be seeded.
    public static func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        try OpenSSL.run { () throws(CryptographyError) in
            var bytes = [UInt8](repeating: 0, count: count)
            try OpenSSL.check(RAND_bytes(&bytes, Int32(count)), "There is no randomness.")
            return bytes
        }
    }

    /// Random bytes for secrets, from a generator that serves nothing else.
    ///
    /// - Throws: ``CryptographyError`` with the code `failed` if the generator can't be seeded.
    public static func secret(_ count: Int) throws(CryptographyError) -> SecretBytes {
        try OpenSSL.run { () throws(CryptographyError) in
            try SecretBytes(count: count) { RAND_priv_bytes($0.baseAddress, Int32($0.count)) == 1 }
        }
    }
}
