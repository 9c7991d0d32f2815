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
    /// How long the access token works, in seconds, if the tenant said so.
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
        expiresIn = try container.decodeIfPresent(TimeInterval.self, forKey: .expiresIn)
    }
}
