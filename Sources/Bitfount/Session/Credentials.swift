// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// How the agent proves to Bitfount who it is (bitfount-protocol.md, 2.1).
public enum Credentials: Sendable {
    /// An API key pair. Each half may have a second part behind a `:`; the Hub and the message service get only the part
    /// before it, the Access Manager all of it. The username is trusted as given.
    case apiKey(id: Secret, key: Secret, username: String)
    /// A device-code login kept in a file that the Python command line can share. With a username, a login of any other
    /// user is refused.
    case tokenFile(TokenFile, username: String? = nil)
    /// Access tokens from elsewhere. The username is trusted as given.
    case bearer(username: String, source: @Sendable () async throws -> AccessToken)
}

/// A bearer token and the moment at which it stops working.
public struct AccessToken: Sendable {
    /// What is sent behind `Bearer`.
    public var token: Secret
    /// When the token expires.
    public var expiresAt: Date

    /// Puts a token together.
    public init(token: Secret, expiresAt: Date) {
        self.token = token
        self.expiresAt = expiresAt
    }
}
