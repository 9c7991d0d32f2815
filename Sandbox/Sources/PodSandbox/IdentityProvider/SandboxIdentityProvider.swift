// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Hummingbird
import Logging

/// The stand-in of the OAuth and SAML identity providers (bitfount-protocol.md, 2.3, 2.4 and 9.7).
package final class SandboxIdentityProvider: Sendable {
    /// The client id that everyone uses.
    package static let clientID = "sandbox-client"
    /// The claim of the id token that holds the username.
    package static let usernameClaim = "https://www.bitfount.com/username"

    struct State: Sendable {
        var deviceCodes: [String: DeviceGrant] = [:]
        var authorizationCodes: [String: AuthorizationGrant] = [:]
        var refreshTokens: [String: RefreshGrant] = [:]
        /// SAML responses that have not been redeemed, by their text.
        var assertions: [String: SAMLAssertion] = [:]
    }

    struct Settings: Sendable {
        var tokenLifetime: TimeInterval = 24 * 3600
        var deviceCodeLifetime: TimeInterval = 600
        var pollInterval = 1
    }

    /// The requests that came.
    package let log = RequestLog()
    /// What goes wrong.
    package let faults = FaultPlan()

    let server: StandInServer
    let directory: SandboxDirectory
    let state = Observed(State())
    private let settings = Observed(Settings())

    init(port: Int, directory: SandboxDirectory, logger: Logger) {
        server = StandInServer(name: "identity provider", port: port, logger: logger)
        self.directory = directory
    }

    /// The authority: the base URL of the OAuth endpoints.
    package var url: URL {
        get throws { try server.url }
    }

    /// How long access tokens hold, in seconds.
    package var tokenLifetime: TimeInterval {
        get { settings.read { $0.tokenLifetime } }
        set { settings.change { $0.tokenLifetime = newValue } }
    }

    /// How long device codes hold, in seconds.
    package var deviceCodeLifetime: TimeInterval {
        get { settings.read { $0.deviceCodeLifetime } }
        set { settings.change { $0.deviceCodeLifetime = newValue } }
    }

    /// The interval between polls that device codes are given out with, in seconds.
    package var pollInterval: Int {
        get { settings.read { $0.pollInterval } }
        set { settings.change { $0.pollInterval = newValue } }
    }

    // MARK: What a person does

    /// Somebody opens the verification page, logs in as `username` and agrees or not.
    package func answerDeviceCode(userCode: String, as username: String, approves: Bool) throws(SandboxError) {
        let isKnown = state.change { state in
            guard let code = state.deviceCodes.first(where: { $0.value.userCode == userCode })?.key else {
                return false
            }
            state.deviceCodes[code]?.answer = approves ? .approved(username) : .denied
            return true
        }
        guard isKnown else { throw SandboxError(.misuse, "there is no user code \(userCode)") }
    }

    /// Waits until a device code has been handed out, and returns its user code.
    package func waitForUserCode(atMost limit: Duration = .seconds(20)) async throws -> String {
        try await within(limit, "device code") { [state] in
            try await state.first { $0.deviceCodes.values.first { $0.answer == nil }?.userCode }
        }
    }

    // MARK: What other stand-ins ask

    func samlURL() throws -> String {
        try url.absoluteString + "/samlp/\(Self.clientID)"
    }

    /// The assertion in a SAML response, once.
    func redeemAssertion(_ response: String) -> SAMLAssertion? {
        state.change { $0.assertions.removeValue(forKey: response) }
    }

    // MARK: Tokens

    /// Gives out an access token directly, as if its user had logged in some time ago.
    package func issueToken(
        to username: String,
        audience: String = SandboxDirectory.hubAudience,
        scope: String = "profile openid offline_access"
    ) throws -> String {
        try token(for: username, audience: audience, scope: scope).text
    }

    func token(for username: String, audience: String, scope: String) throws -> IssuedToken {
        let expiresAt = Date().addingTimeInterval(tokenLifetime)
        let text = try TokenText.make([
            "iss": .string(try url.absoluteString + "/"), "sub": .string("sandbox|\(username)"),
            "aud": .string(audience), "azp": .string(Self.clientID), "scope": .string(scope),
            "iat": .integer(Int64(Date().timeIntervalSince1970)),
            "exp": .integer(Int64(expiresAt.timeIntervalSince1970)),
        ])
        let token = IssuedToken(
            text: text,
            username: username,
            audience: audience,
            scope: scope,
            clientID: Self.clientID,
            expiresAt: expiresAt
        )
        directory.record(token)
        return token
    }

    /// The answer of the token endpoint.
    func tokenAnswer(username: String, audience: String, scope: String) throws -> JSONValue {
        let token = try token(for: username, audience: audience, scope: scope)
        var answer: [String: JSONValue] = [
            "access_token": .string(token.text), "token_type": "Bearer", "scope": .string(scope),
            "expires_in": .integer(Int64(tokenLifetime)),
        ]
        if scope.split(separator: " ").contains("offline_access") {
            let refreshToken = SandboxIDs.secret(bytes: 32)
            state.change {
                $0.refreshTokens[refreshToken] = RefreshGrant(username: username, audience: audience, scope: scope)
            }
            answer["refresh_token"] = .string(refreshToken)
        }
        if scope.split(separator: " ").contains("openid") {
            answer["id_token"] = .string(
                try TokenText.make([
                    "iss": .string(try url.absoluteString + "/"), "sub": .string("sandbox|\(username)"),
                    "aud": .string(Self.clientID), Self.usernameClaim: .string(username),
                    "iat": .integer(Int64(Date().timeIntervalSince1970)),
                    "exp": .integer(Int64(token.expiresAt.timeIntervalSince1970)),
                ])
            )
        }
        return .object(answer)
    }
}
