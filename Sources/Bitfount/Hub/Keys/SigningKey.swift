// SPDX-License-Identifier: Apache-2.0

/// A key with which the Hub signs what it sends to pods (bitfount-protocol.md, 11.3).
public struct SigningKey: Sendable, Equatable, Decodable {
    /// The id that signed messages name.
    public let id: String?
    /// The kind of key; the Hub's are `RSA`.
    public let keyType: String
    /// What it is for: `sig`, or nothing said.
    public let use: String?
    /// The modulus of an RSA key, base64url without padding.
    public let modulus: String?
    /// The exponent of an RSA key, base64url without padding.
    public let exponent: String?

    private enum CodingKeys: String, CodingKey {
        case id = "kid"
        case keyType = "kty"
        case use
        case modulus = "n"
        case exponent = "e"
    }

    /// Whether it is an RSA key that may verify signatures.
    public var verifiesSignatures: Bool {
        keyType == "RSA" && (use == nil || use == "sig") && modulus != nil && exponent != nil
    }
}
