// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a login is for. A stored login made for anything else is ignored (bitfount-protocol.md, 1.3 and 2.7).
public struct LoginSettings: Sendable, Equatable {
    /// Host of the OAuth tenant, with the port if it is not the scheme's own.
    public var authDomain: String
    /// The OAuth client id.
    public var clientID: String
    /// Space-separated scopes.
    public var scopes: String
    /// The audience of the access token; empty for none.
    public var audience: String
    /// The claim of the id token that holds the username.
    public var usernameClaim: String

    /// The agent's own login in an environment.
    public init(environment: BitfountEnvironment) {
        let authority = environment.oauthAuthority
        authDomain = (authority.host ?? "") + (authority.port.map { ":\($0)" } ?? "")
        clientID = environment.clientID
        scopes = environment.loginScopes
        audience = environment.loginAudience
        usernameClaim = environment.usernameClaim
    }
}
