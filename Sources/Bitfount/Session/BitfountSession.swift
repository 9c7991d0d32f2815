// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport
public import Logging

/// The agent's own identity towards Bitfount: which credentials go to which service, and that they are fresh.
///
/// Safe to share: callers that find the access token about to expire wait for one renewal together.
public final class BitfountSession: Sendable {
    /// Where the services are. Credentials are attached only for these origins.
    public let environment: BitfountEnvironment
    private let identity: SessionIdentity

    private enum SessionIdentity: Sendable {
        case apiKey(id: Secret, key: Secret, username: String)
        case login(LoginTokens)
        case bearer(BearerTokens)
    }

    /// Makes a session; nothing is read or sent until a credential is needed.
    ///
    /// - Parameters:
    ///   - clock: for the pauses between attempts.
    ///   - now: wall time, against which expiry is judged.
    public init(
        environment: BitfountEnvironment,
        credentials: Credentials,
        http: HTTPClient,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger = Logger(label: "bitfount.session")
    ) {
        self.environment = environment
        switch credentials {
        case .apiKey(let id, let key, let username):
            identity = .apiKey(id: id, key: key, username: username)
        case .tokenFile(let file, let username):
            identity = .login(
                LoginTokens(
                    file: file,
                    username: username,
                    settings: LoginSettings(environment: environment),
                    oauth: OAuthClient(environment: environment, http: http, clock: clock),
                    clock: clock,
                    now: now,
                    logger: logger
                )
            )
        case .bearer(let username, let source):
            identity = .bearer(BearerTokens(username: username, source: source, clock: clock, now: now))
        }
    }

    /// The user on whose behalf the agent acts: as configured, or for a login the claim in its id token.
    ///
    /// - Throws: `notLoggedIn` or `wrongUser` for a login; never for other credentials.
    public func username() async throws(BitfountError) -> String {
        switch identity {
        case .apiKey(_, _, let username): username
        case .login(let tokens): try await tokens.username()
        case .bearer(let tokens): tokens.username
        }
    }

    /// The headers that authenticate a request to this URL, by its scheme, host and port (bitfount-protocol.md, 2.2).
    /// Empty for any other host. The SMART on FHIR service gets what the Hub gets; where the Access Manager shares an
    /// origin with them, it counts as the Hub, which sees less.
    ///
    /// - Throws: `notLoggedIn` if somebody has to log in first; `unreachable`, `timedOut` or `serverFailure` if the
    ///   identity provider could not be asked.
    public func headers(for url: URL) async throws(BitfountError) -> HTTPHeaders {
        guard let origin = HTTPOrigin(url) else { return [:] }
        let isHub = origin == HTTPOrigin(environment.hub) || origin == HTTPOrigin(environment.smartOnFHIR)
        guard isHub || origin == HTTPOrigin(environment.accessManager) else { return [:] }
        switch identity {
        case .apiKey(let id, let key, _):
            return [
                "x-api-key-id": isHub ? Self.core(of: id) : id.reveal(),
                "x-api-key": isHub ? Self.core(of: key) : key.reveal(),
            ]
        case .login(let tokens):
            return ["authorization": "Bearer \(try await tokens.accessToken().reveal())"]
        case .bearer(let tokens):
            return ["authorization": "Bearer \(try await tokens.accessToken().reveal())"]
        }
    }

    /// The gRPC metadata that authenticates a call to the message service (bitfount-protocol.md, 2.2).
    ///
    /// - Throws: as ``headers(for:)``.
    public func messageServiceMetadata() async throws(BitfountError) -> [(String, String)] {
        switch identity {
        case .apiKey(let id, let key, _):
            [("x-api-key-id", Self.core(of: id)), ("x-api-key", Self.core(of: key))]
        case .login(let tokens):
            [("token", try await tokens.accessToken().reveal())]
        case .bearer(let tokens):
            [("token", try await tokens.accessToken().reveal())]
        }
    }

    /// Why the login can't be renewed, although it still works; `nil` if nothing is wrong. A person should look before it ends.
    public var renewalProblem: String? {
        get async {
            guard case .login(let tokens) = identity else { return nil }
            return await tokens.renewalProblem
        }
    }

    /// Waits until no renewal of a login is under way. A process that ends before that may lose the login.
    public func finishRenewal() async {
        if case .login(let tokens) = identity { await tokens.finishRenewal() }
    }

    /// Replaces the access token of headers that a service refused.
    ///
    /// - Returns: Whether the same request may be sent once more, with the headers of another token.
    func replaceRefused(_ headers: HTTPHeaders) async -> Bool {
        guard case .login(let tokens) = identity, let field = headers["authorization"], field.hasPrefix("Bearer ") else {
            return false
        }
        return await tokens.replace(Secret(String(field.dropFirst("Bearer ".count))))
    }

    /// The part before the first `:`, which is all that the Hub and the message service may see.
    private static func core(of secret: Secret) -> String {
        String(secret.reveal().prefix { $0 != ":" })
    }
}
