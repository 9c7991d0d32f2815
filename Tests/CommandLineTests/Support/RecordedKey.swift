// SPDX-License-Identifier: Apache-2.0

import Cryptography
import TestSupport

/// The keys of the fixtures, which exist for tests only.
enum RecordedKey: String {
    case pod, modeller, other

    private struct Document: Decodable {
        struct Key: Decodable { let private_pem: String }
        let keys: [String: Key]
    }

    /// The key itself.
    var privateKey: RSAPrivateKey {
        get throws {
            try RSAPrivateKey(
                try Fixtures.json("bitfount/keys.json", as: Document.self).keys[rawValue]?.private_pem ?? ""
            )
        }
    }

    /// The public half.
    var publicKey: RSAPublicKey {
        get throws { try privateKey.publicKey }
    }

    /// A signature as modellers make them.
    func signPSS(_ message: [UInt8]) async throws -> [UInt8] {
        try await privateKey.signPSS(message)
    }

    /// The key as the agent keeps it.
    func pkcs8PEM() throws -> SecretBytes {
        try privateKey.pkcs8PEM()
    }
}
