// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import Foundation

/// A user's public key at the Hub (bitfount-protocol.md, 3.3 and 3.8).
public struct UserKey: Sendable, Decodable {
    /// The Hub's id of the key.
    public let id: String
    /// The key as text, normally PEM.
    public let text: String
    /// Whether signatures with it count.
    public let isActive: Bool

    private enum CodingKeys: String, CodingKey {
        case id
        case text = "public_key"
        case isActive = "active"
    }

    /// Reads a key; the Hub sends ids as text or as numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(ResourceID.self, forKey: .id).text
        text = try container.decode(String.self, forKey: .text)
        isActive = try container.decode(Bool.self, forKey: .isActive)
    }

    /// The key itself.
    ///
    /// - Throws: `malformedResponse` if the Hub's text is no RSA key.
    public func key() throws(BitfountError) -> RSAPublicKey {
        try RSAPublicKey(hubText: text)
    }
}

/// An id that the Hub sends as text or as a number.
struct ResourceID: Decodable, Sendable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else {
            text = String(try container.decode(Int64.self))
        }
    }
}
