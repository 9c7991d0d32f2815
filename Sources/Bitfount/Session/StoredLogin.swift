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
    /// The claim of the id token that holds the username.
    var usernameClaim = StoredLogin.bitfountUsernameClaim

    private static let bitfountUsernameClaim = "https://www.bitfount.com/username"
    /// How long an access token is taken to work where nobody says it, in seconds: it is renewed too early rather than lost.
    static let assumedLifetime: TimeInterval = 300

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
    init(
        _ grant: OAuthGrant,
        at moment: Date,
        for settings: LoginSettings,
        renewing previous: StoredLogin? = nil
    ) {
        // A new refresh token is never thrown away for what is left out beside it.
        let expiry = moment.addingTimeInterval(grant.expiresIn ?? Self.assumedLifetime)
        self.init(
            accessToken: grant.accessToken,
            refreshToken: grant.refreshToken ?? previous?.refreshToken,
            idToken: grant.idToken ?? previous?.idToken,
            expiresAt: grant.expiresIn == nil ? Self.expiry(of: grant.accessToken) ?? expiry : expiry
        )
        usernameClaim = settings.usernameClaim
    }

    /// The Bitfount username in the id token, read without checking its signature: the services decide who the caller
    /// is, this is only for display and for building identifiers (bitfount-protocol.md, 2.6). Nil if there is none.
    public var username: String? {
        guard let name = idToken.flatMap(Self.claims)?[usernameClaim]?.stringValue,
            PodIdentifier.isValidUsername(name)
        else { return nil }
        return name
    }

    /// When a token that is a JSON web token says that it expires.
    private static func expiry(of token: Secret) -> Date? {
        claims(of: token)?["exp"]?.numberValue.map(Date.init(timeIntervalSince1970:))
    }

    /// The claims of a JSON web token, unchecked.
    private static func claims(of token: Secret) -> JSONObject? {
        let parts = token.reveal().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var payload = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        payload += String(repeating: "=", count: (4 - payload.count % 4) % 4)
        guard let bytes = Data(base64Encoded: payload) else { return nil }
        return try? JSONValue(parsing: bytes).objectValue
    }
}
