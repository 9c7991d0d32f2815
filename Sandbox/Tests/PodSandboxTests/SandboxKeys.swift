// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import PodSandbox
import TestSupport

/// The test keys, which exist for tests only.
enum SandboxKeys {
    private struct Document: Decodable {
        struct Key: Decodable {
            let private_pem: String
        }

        let keys: [String: Key]
    }

    static func privateKey(_ name: String) throws -> RSAPrivateKey {
        let document = try Fixtures.json("bitfount/keys.json", as: Document.self)
        guard let key = document.keys[name] else { throw SandboxError(.misuse, "there is no key \(name)") }
        return try RSAPrivateKey(key.private_pem)
    }

    static func configuration() throws -> SandboxConfiguration {
        SandboxConfiguration(accessManagerKey: try privateKey("other").publicKey)
    }
}
