// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The tokens that a tenant hands out.
public struct OAuthGrant: Sendable, Decodable {
    /// The access token.
    public let accessToken: Secret
    /// The successor of the refresh token, if the tenant sent one.
    public let refreshToken: Secret?
    /// The id token, if the tenant sent one.
    public let idToken: Secret?
    /// How long the access token works, in seconds, if the tenant said so; some say it as text.
    public let expiresIn: TimeInterval?

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case idToken = "id_token"
        case expiresIn = "expires_in"
    }

    /// Reads a token response; unknown fields are ignored.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accessToken = Secret(try container.decode(String.self, forKey: .accessToken))
        refreshToken = try container.decodeIfPresent(String.self, forKey: .refreshToken).map(Secret.init)
        idToken = try container.decodeIfPresent(String.self, forKey: .idToken).map(Secret.init)
        expiresIn = container.lenientNumber(forKey: .expiresIn).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension KeyedDecodingContainer {
    /// A number, or the number that a text is; `nil` for anything else, and for what no clock could count.
    func lenientNumber(forKey key: Key) -> Double? {
        let number =
            (try? decode(Double.self, forKey: key))
            ?? (try? decode(String.self, forKey: key)).flatMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        return number.flatMap { $0.isFinite && abs($0) < 1e10 ? $0 : nil }
    }
}
