// SPDX-License-Identifier: Apache-2.0

public import Foundation
import StrictJSON

/// The tokens of one device-code login.
public struct StoredLogin: Sendable, Equatable {
    /// Sent to the Hub, the Access Manager and the message service.
    public var accessToken: Secret
    /// Exchanged for new tokens. The tenant rotates it: the old one is dead after use.
    public var refreshToken: Secret?
    /// Carries the username.
    public var idToken: Secret?
    /// When the access token expires.
    public var expiresAt: Date

    /// Puts a login together.
    public init(accessToken: Secret, refreshToken: Secret?, idToken: Secret?, expiresAt: Date) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.idToken = idToken
        self.expiresAt = expiresAt
    }

    /// The login that a tenant granted.
    ///
    /// - Parameters:
    ///   - moment: when the tokens arrived.
    ///   - previous: the login that was renewed; a tenant need not repeat its refresh token and id token.
    /// - Throws: `malformedResponse` if the tenant did not say how long the access token works.
    init(_ grant: OAuthGrant, at moment: Date, renewing previous: StoredLogin? = nil) throws(BitfountError) {
        guard let expiresIn = grant.expiresIn, expiresIn > 0 else {
            throw BitfountError(.malformedResponse, "The identity provider did not say how long its token works")
        }
        self.init(
            accessToken: grant.accessToken,
            refreshToken: grant.refreshToken ?? previous?.refreshToken,
            idToken: grant.idToken ?? previous?.idToken,
            expiresAt: moment.addingTimeInterval(expiresIn)
        )
    }

    /// The Bitfount username in the id token, read without checking its signature: the services decide who the caller
    /// is, this is only for display and for building identifiers (bitfount-protocol.md, 2.6). Nil if there is none.
    public var username: String? {
        guard let idToken else { return nil }
        let parts = idToken.reveal().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var payload = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        payload += String(repeating: "=", count: (4 - payload.count % 4) % 4)
        guard
            let bytes = Data(base64Encoded: payload),
            let claims = try? JSONValue(parsing: bytes).objectValue,
            let name = claims["https://www.bitfount.com/username"]?.stringValue,
            PodIdentifier.isValidUsername(name)
        else { return nil }
        return name
    }
}
