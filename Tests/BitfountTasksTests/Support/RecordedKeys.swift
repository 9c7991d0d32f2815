// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import MessagePack
import TestSupport
import Testing

/// The key pairs that the recorded requests were made with.
enum RecordedKeys {
    static func privateKey(_ name: String) throws -> RSAPrivateKey {
        let document = try OrderedJSON.parse(Fixtures.data("bitfount/keys.json"))
        let pem = try #require(document.mapValue?["keys"]?.mapValue?[name]?.mapValue?["private_pem"]?.stringValue)
        return try RSAPrivateKey(pem)
    }
}
