// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What Auth handed out (flame-hub.md, 2.1).
struct TokenSet: Sendable {
    let accessToken: String
    private(set) var refreshToken: String?
    /// When the access token ends, in the clock's uptime.
    private(set) var expiry: Duration
    /// When it is renewed: a tenth of its life and at least 10 s before it ends, but not in the first half of its life
    /// (flame-hub.md, 2.3).
    private(set) var renewal: Duration

    /// Reads a reply to a request that was sent at `start`; `nil` if it is not one.
    init?(_ reply: JSONObject, start: Duration) {
        guard let token = reply["access_token"]?.stringValue, !token.isEmpty,
            let seconds = reply["expires_in"]?.numberValue, seconds > 0, seconds <= Self.longestLifetime
        else { return nil }
        let lifetime = Duration.seconds(seconds)
        accessToken = token
        refreshToken = reply["refresh_token"]?.stringValue
        expiry = start + lifetime
        renewal = expiry - min(max(.seconds(10), lifetime / 10), lifetime / 2)
    }

    /// The same without the refresh token, which was used.
    var withoutRefresh: TokenSet {
        var tokens = self
        tokens.refreshToken = nil
        return tokens
    }

    /// The same without a usable access token: only the refresh token is left.
    var expired: TokenSet {
        var tokens = self
        tokens.expiry = .zero
        tokens.renewal = .zero
        return tokens
    }

    /// A reply beyond this is a fault, not a token. Ten years.
    private static let longestLifetime = 315_360_000.0
}
