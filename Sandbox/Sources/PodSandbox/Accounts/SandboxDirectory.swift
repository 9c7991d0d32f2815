// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Who exists: the users that every stand-in knows, and the tokens that the identity provider gave out.
package final class SandboxDirectory: Sendable {
    /// How much of an API key a service gets to see (bitfount-protocol.md, 2.2).
    enum KeyForm: Sendable {
        /// The Hub and the message service: the part before the first colon, and never more.
        case core
        /// The Access Manager: the whole key.
        case full
    }

    /// The audience of the agent's own tokens (bitfount-protocol.md, 1.3).
    package static let hubAudience = "https://hub.bitfount.com/api"
    /// The audience of the tokens by which a modeller proves who they are.
    package static let proofAudience = "https://am.bitfount.com/api/access/modellerProofOfIdentity"

    private struct State {
        var users: [String: SandboxUser] = [:]
        var tokens: [String: IssuedToken] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Makes the user known, or replaces their API key.
    package func add(_ user: SandboxUser) {
        state.withLock { $0.users[user.username] = user }
    }

    /// The user with that name.
    package func user(_ username: String) -> SandboxUser? {
        state.withLock { $0.users[username] }
    }

    /// Makes every access token for `username` invalid from now on, as an operator would.
    package func revokeTokens(of username: String) {
        state.withLock { state in state.tokens = state.tokens.filter { $0.value.username != username } }
    }

    func record(_ token: IssuedToken) {
        state.withLock { $0.tokens[token.text] = token }
    }

    /// The token, if the identity provider issued it, for that audience, and it has not expired.
    func token(_ text: String, audience: String, now: Date = Date()) -> IssuedToken? {
        guard let token = state.withLock({ $0.tokens[text] }) else { return nil }
        return token.audience == audience && token.expiresAt > now ? token : nil
    }

    /// Whose credentials these are, or nil when they are no good in that form.
    func authenticate(_ credentials: PresentedCredentials, form: KeyForm) -> SandboxUser? {
        switch credentials {
        case .token(let text):
            return token(text, audience: Self.hubAudience).flatMap { user($0.username) }
        case .apiKey(let id, let key):
            return state.withLock { state in
                state.users.values.first { user in
                    switch form {
                    case .core: user.coreAPIKeyID == id && user.coreAPIKey == key
                    case .full: user.apiKeyID == id && user.apiKey == key
                    }
                }
            }
        }
    }
}
