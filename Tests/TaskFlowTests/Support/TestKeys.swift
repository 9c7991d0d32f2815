// SPDX-License-Identifier: Apache-2.0

import Cryptography
import TestSupport

/// The recorded RSA keys of a pod, a modeller and a stranger.
enum TestKeys {
    private struct File: Decodable {
        struct Key: Decodable { let private_pem: String }
        let keys: [String: Key]
    }

    static let pod = key("pod")
    static let modeller = key("modeller")
    static let other = key("other")

    private static func key(_ name: String) -> Result<RSAPrivateKey, any Error> {
        Result {
            let file: File = try Fixtures.json("bitfount/keys.json")
            return try RSAPrivateKey(file.keys[name]?.private_pem ?? "")
        }
    }
}
