// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport
import StrictJSON
import Timekeeping

/// The OAuth endpoints of a tenant, for the agent's own login and for checking modellers' proofs
/// (bitfount-protocol.md, 2.3, 2.4 and 9.7).
///
/// A refusal by the tenant is `identityRefused`; what cannot be reached or understood has the usual codes.
public struct OAuthClient: Sendable {
    /// Base URL of the tenant; the token endpoint is `<authority>/oauth/token`.
    public let authority: URL
    /// The public client id. There is no client secret in this protocol.
    public let clientID: String
    private let http: HTTPClient
    private let clock: any Clock<Duration>
    private let limits: OAuthLimits

    /// Makes a client for a tenant.
    public init(
        authority: URL,
        clientID: String,
        http: HTTPClient,
        clock: any Clock<Duration> = ContinuousClock(),
        limits: OAuthLimits = OAuthLimits()
    ) {
        self.authority = authority
        self.clientID = clientID
        self.http = http
        self.clock = clock
        self.limits = limits
    }

    /// Makes a client for the tenant of an environment.
    public init(
        environment: BitfountEnvironment,
        http: HTTPClient,
        clock: any Clock<Duration> = ContinuousClock(),
        limits: OAuthLimits = OAuthLimits()
    ) {
        self.init(
            authority: environment.oauthAuthority,
            clientID: environment.clientID,
            http: http,
            clock: clock,
            limits: limits
        )
    }

    /// Exchanges the code that a modeller obtained with PKCE for the modeller's access token.
    ///
    /// - Parameter redirectURI: exactly as the modeller sent it.
    public func exchangeAuthorizationCode(
        _ code: Secret,
        verifier: Secret,
        redirectURI: String
    ) async throws(BitfountError) -> OAuthGrant {
        let response = try await post(
            ["oauth", "token"],
            [
                ("grant_type", "authorization_code"),
                ("client_id", clientID),
                ("code", code.reveal()),
                ("code_verifier", verifier.reveal()),
                ("redirect_uri", redirectURI),
            ],
            timeout: limits.requestTimeout
        )
        return try Self.grant(in: response)
    }

    /// Exchanges a refresh token for new tokens. The tenant rotates refresh tokens: the old one is dead afterwards.
    public func refresh(_ refreshToken: Secret) async throws(BitfountError) -> OAuthGrant {
        let response = try await post(
            ["oauth", "token"],
            [
                ("client_id", clientID),
                ("grant_type", "refresh_token"),
                ("refresh_token", refreshToken.reveal()),
            ],
            timeout: limits.requestTimeout
        )
        return try Self.grant(in: response)
    }

    /// Starts a device login.
    public func authorizeDevice(scopes: String, audience: String) async throws(BitfountError) -> DeviceAuthorization {
        let response = try await post(
            ["oauth", "device", "code"],
            [("client_id", clientID), ("scope", scopes), ("audience", audience)],
            timeout: limits.requestTimeout
        )
        guard response.status == 200 else { throw Self.refusal(response) }
        return try response.decoded(as: DeviceAuthorization.self)
    }

    /// Asks for the tokens of a device code until they are there; the first time at once.
    ///
    /// - Parameters:
    ///   - interval: the pause between questions, clamped to ``OAuthLimits/pollInterval``. `slow_down` adds a second.
    ///   - time: how long to go on at most. Pass what is left of the code's life or of the surrounding deadline.
    /// - Throws: `timedOut` when the time is over, `identityRefused` when the user or the tenant said no.
    public func pollDeviceCode(
        _ deviceCode: Secret,
        every interval: Duration,
        for time: Duration
    ) async throws(BitfountError) -> OAuthGrant {
        let elapsed = clock.stopwatch()
        var interval = limits.clamped(interval)
        while true {
            let left = time - elapsed()
            guard left > .zero else { throw Self.notConfirmed }
            let response = try await post(
                ["oauth", "token"],
                [
                    ("client_id", clientID),
                    ("device_code", deviceCode.reveal()),
                    ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ],
                timeout: min(limits.pollTimeout, left),
                retry: Self.pollRetry
            )
            if response.status == 200 { return try Self.grant(in: response) }
            switch Self.errorName(in: response) {
            case "authorization_pending": break
            case "slow_down": interval = limits.clamped(interval + .seconds(1))
            default: throw Self.refusal(response)
            }
            guard time - elapsed() > interval else { throw Self.notConfirmed }
            do {
                try await clock.sleep(for: interval)
            } catch {
                throw BitfountError(.cancelled, "Waiting for the confirmation was cancelled")
            }
        }
    }

    /// A tenant may say `slow_down` with status 429, which the next poll answers, not a retry of this one.
    private static let pollRetry: RetryPolicy = {
        var policy = RetryPolicy.standard
        policy.statuses.remove(429)
        return policy
    }()

    private static let notConfirmed = BitfountError(.timedOut, "The login was not confirmed in time")

    private func post(
        _ path: [String],
        _ fields: [(String, String)],
        timeout: Duration,
        retry: RetryPolicy = .standard
    ) async throws(BitfountError) -> ServiceResponse {
        var call = ServiceCall(.post, path, timeout: timeout)
        call.retry = retry
        call.body = .form(fields)
        call.maximumResponseBytes = limits.maximumResponseBytes
        return try await Service(base: authority, session: nil, http: http).send(call)
    }

    private static func grant(in response: ServiceResponse) throws(BitfountError) -> OAuthGrant {
        guard response.status == 200 else { throw refusal(response) }
        return try response.decoded(as: OAuthGrant.self)
    }

    /// The `error` of a refusal, if it looks like one: it goes into messages, so nothing else gets through.
    private static func errorName(in response: ServiceResponse) -> String? {
        guard
            let name = try? JSONValue(parsing: response.body).objectValue?["error"]?.stringValue,
            name.utf8.count <= 64,
            name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F })
        else { return nil }
        return name
    }

    private static func refusal(_ response: ServiceResponse) -> BitfountError {
        guard (400..<500).contains(response.status), let name = errorName(in: response) else {
            return response.failure()
        }
        return response.failure(.identityRefused, "The identity provider refused: \(name)")
    }
}
