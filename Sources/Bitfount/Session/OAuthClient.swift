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
    private let endpoints: OAuthEndpoints

    /// Makes a client for a tenant.
    ///
    /// - Parameter discoversEndpoints: Whether the tenant's own document says where its endpoints are.
    public init(
        authority: URL,
        clientID: String,
        discoversEndpoints: Bool = false,
        http: HTTPClient,
        clock: any Clock<Duration> = ContinuousClock(),
        limits: OAuthLimits = OAuthLimits()
    ) {
        self.authority = authority
        self.clientID = clientID
        self.http = http
        self.clock = clock
        self.limits = limits
        endpoints = OAuthEndpoints(authority: authority, isDiscovered: discoversEndpoints, http: http, limits: limits)
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
            discoversEndpoints: environment.discoversEndpoints,
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
            .token,
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

    /// Exchanges a refresh token for new tokens, once. The tenant rotates refresh tokens: the old one is dead afterwards, so what
    /// was sent is not sent again here, whatever happened to it.
    func renew(_ refreshToken: Secret) async -> RenewalOutcome {
        do throws(BitfountError) {
            _ = try await endpoints.place(of: .token)
        } catch {
            return .notDone(error, after: nil)
        }
        let response: ServiceResponse
        do throws(BitfountError) {
            response = try await post(
                .token,
                [
                    ("client_id", clientID),
                    ("grant_type", "refresh_token"),
                    ("refresh_token", refreshToken.reveal()),
                ],
                timeout: limits.requestTimeout,
                retry: .none
            )
        } catch {
            return error.wasSent ? .unknown(error) : .notDone(error, after: nil)
        }
        return RenewalOutcome(response)
    }

    /// Starts a device login.
    public func authorizeDevice(scopes: String, audience: String) async throws(BitfountError) -> DeviceAuthorization {
        let response = try await post(
            .deviceAuthorization,
            [("client_id", clientID), ("scope", scopes)] + (audience.isEmpty ? [] : [("audience", audience)]),
            timeout: limits.requestTimeout
        )
        guard response.status == 200 else { throw Self.refusal(response) }
        return try response.decoded(as: DeviceAuthorization.self)
    }

    /// Asks for the tokens of a device code until they are there; the first time at once.
    ///
    /// A fault of the tenant, or a page of something before it, does not end a code that is still good; several in a row do.
    ///
    /// - Parameters:
    ///   - interval: the pause between questions, clamped to ``OAuthLimits/pollInterval``. `slow_down` adds 5 s (RFC 8628,
    ///     section 3.5), up to ``OAuthLimits/longestPollInterval``.
    ///   - time: how long to go on at most. Pass what is left of the code's life or of the surrounding deadline.
    /// - Throws: `timedOut` when the time is over, `identityRefused` when the user or the tenant said no.
    public func pollDeviceCode(
        _ deviceCode: Secret,
        every interval: Duration,
        for time: Duration
    ) async throws(BitfountError) -> OAuthGrant {
        let elapsed = clock.stopwatch()
        var interval = limits.clamped(interval)
        var unclear = 0
        while true {
            let left = time - elapsed()
            guard left > .zero else { throw Self.notConfirmed }
            switch try await poll(deviceCode, within: left) {
            case .granted(let grant): return grant
            case .pending: unclear = 0
            case .slowDown:
                unclear = 0
                interval = min(interval + .seconds(5), limits.longestPollInterval)
            case .unclear(let error):
                unclear += 1
                guard unclear < limits.unclearPolls else { throw error }
            }
            guard time - elapsed() > interval else { throw Self.notConfirmed }
            do {
                try await clock.sleep(for: interval)
            } catch {
                throw BitfountError(.cancelled, "Waiting for the confirmation was cancelled")
            }
        }
    }

    private enum Poll {
        case granted(OAuthGrant)
        case pending
        case slowDown
        case unclear(BitfountError)
    }

    private func poll(_ deviceCode: Secret, within left: Duration) async throws(BitfountError) -> Poll {
        do throws(BitfountError) {
            let response = try await post(
                .token,
                [
                    ("client_id", clientID),
                    ("device_code", deviceCode.reveal()),
                    ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ],
                timeout: min(limits.pollTimeout, left),
                retry: Self.pollRetry
            )
            if response.status == 200 { return .granted(try Self.grant(in: response)) }
            switch response.oauthError {
            case "authorization_pending": return .pending
            case "slow_down": return .slowDown
            case "server_error", "temporarily_unavailable", nil: return .unclear(response.failure())
            default:
                guard (400..<500).contains(response.status) else { return .unclear(response.failure()) }
                throw Self.refusal(response)
            }
        } catch {
            switch error.code {
            case .malformedResponse, .unreachable, .timedOut: return .unclear(error)
            default: throw error
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
        _ endpoint: OAuthEndpoints.Kind,
        _ fields: [(String, String)],
        timeout: Duration,
        retry: RetryPolicy = .standard
    ) async throws(BitfountError) -> ServiceResponse {
        let place = try await endpoints.place(of: endpoint)
        var call = ServiceCall(.post, place.path, timeout: timeout)
        call.retry = retry
        call.body = .form(fields)
        call.maximumResponseBytes = limits.maximumResponseBytes
        return try await Service(base: place.base, session: nil, http: http).send(call)
    }

    private static func grant(in response: ServiceResponse) throws(BitfountError) -> OAuthGrant {
        guard response.status == 200 else { throw refusal(response) }
        return try response.decoded(as: OAuthGrant.self)
    }

    private static func refusal(_ response: ServiceResponse) -> BitfountError {
        guard (400..<500).contains(response.status), let name = response.oauthError else { return response.failure() }
        return response.failure(.identityRefused, "The identity provider refused: \(name)")
    }
}

extension ServiceResponse {
    /// The `error` of a refusal, if it looks like one: it goes into messages, so nothing else gets through.
    var oauthError: String? {
        guard
            let name = try? JSONValue(parsing: body).objectValue?["error"]?.stringValue,
            name.utf8.count <= 64,
            name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F })
        else { return nil }
        return name
    }
}
