// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import TestSupport
import Testing

/// The test keys of the fixtures.
struct RecordedKeys: Decodable {
    struct Key: Decodable {
        let private_pem: String
        let private_openssh: String
        let public_pem: String
        let public_openssh: String
        let bits: Int
        let modulus_hex: String
    }

    let keys: [String: Key]

    static func key(_ name: String) throws -> Key {
        try #require(Fixtures.json("bitfount/keys.json", as: RecordedKeys.self).keys[name])
    }

    static func privateKey(_ name: String) throws -> RSAPrivateKey {
        try RSAPrivateKey(key(name).private_pem)
    }
}

/// The cases of a fixture file.
struct Recorded<Case: Decodable & Sendable>: Decodable {
    let cases: [Case]

    static func all(_ file: String) throws -> [Case] {
        try Fixtures.json("bitfount/\(file)", as: Self.self).cases
    }
}
