// SPDX-License-Identifier: Apache-2.0

/// The start of a SAML proof of identity (bitfount-protocol.md, 4.1 and 9.7).
public struct SAMLChallenge: Sendable, Decodable {
    /// What the modeller's browser takes to the identity provider.
    public let request: String
    /// Ties the modeller's response to this challenge. Stays in the agent; the modeller never sees it.
    public let id: Secret

    private enum CodingKeys: String, CodingKey {
        case request = "samlRequest"
        case id
    }

    /// Reads a challenge; unknown fields are ignored.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        request = try container.decode(String.self, forKey: .request)
        id = Secret(try container.decode(String.self, forKey: .id))
    }
}
