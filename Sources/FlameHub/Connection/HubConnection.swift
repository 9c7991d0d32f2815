// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport
public import Logging

/// The way to one service of a Hub. What it learns about the service, such as its version and that it wants to be left
/// alone, holds for everybody who uses the connection, whoever they sign in as.
public final class HubConnection: Sendable {
    /// Which service it leads to.
    public let service: HubService
    let limits: HubLimits
    let clock: HubClock
    let wallClock: @Sendable () -> Date
    let logger: Logger
    let http: HTTPClient
    /// The way to Core, whose release counts where this service does not tell its own.
    let core: HubConnection?
    private let base: String
    private let pause: ServicePause
    private let knowledge = ServerKnowledge()

    /// A connection to a service.
    ///
    /// - Parameters:
    ///   - service: Which service.
    ///   - url: Its base URL, with or without a slash at the end, such as `https://core.privateaim.dev`.
    ///   - http: Makes the requests.
    ///   - clock: Measures lifetimes and pauses; it must go on while the machine sleeps.
    ///   - wallClock: The time of day, for a `Retry-After` that is a date and for the offset of the server's clock.
    ///   - core: The way to the Core service of the same Hub, whose release counts where this one does not tell its own.
    public init(
        _ service: HubService,
        at url: URL,
        http: HTTPClient,
        limits: HubLimits = HubLimits(),
        logger: Logger = Logger(label: "flame-hub"),
        clock: any Clock<Duration> = ContinuousClock(),
        wallClock: @escaping @Sendable () -> Date = { Date() },
        core: HubConnection? = nil
    ) {
        self.service = service
        self.core = core
        self.http = http
        self.limits = limits
        self.logger = logger
        self.clock = HubClock(clock)
        self.wallClock = wallClock
        self.base = url.absoluteString.hasSuffix("/") ? url.absoluteString : url.absoluteString + "/"
        self.pause = ServicePause(clock: self.clock)
    }

    /// What the service said about itself, asked for once.
    ///
    /// - Throws: ``FlameHubError`` if it does not answer.
    public func profile(as authenticator: HubAuthenticator? = nil) async throws(FlameHubError) -> ServerProfile {
        // Two first callers may both ask; the answers are equal.
        if let profile = await knowledge.profile { return profile }
        let former = await knowledge.former
        let profile = try await ServerProbe(connection: self, authenticator: authenticator, former: former).profile()
        await knowledge.learn(profile)
        logger.debug(
            "Found a FLAME Hub service",
            metadata: [
                "service": "\(service)", "version": "\(profile.version?.description ?? "unknown")",
                "naming": "\(profile.naming.rawValue)",
            ]
        )
        return profile
    }

    /// Forgets what the service said about itself, after an outage during which it may have been upgraded.
    public func forgetProfile() async {
        await knowledge.learn(nil)
    }

    /// Notes that the service calls a charset a coding, so that no coding is asked for any more.
    func learnPlain() async { await knowledge.learnPlain() }

    /// Makes a call and gives back a successful response.
    func send(
        _ request: HubRequest,
        as authenticator: HubAuthenticator?
    ) async throws(FlameHubError) -> HTTPResponse {
        try await exchange(request, as: authenticator) { http, request throws(HTTPError) in
            let response = try await http.send(request)
            return (200..<300).contains(response.status) ? .success(response) : .failure(response)
        }
    }

    /// What an exchange ends with: a value, or a response that is not a success.
    enum Outcome<Value: Sendable>: Sendable {
        case success(Value)
        case failure(HTTPResponse)
    }

    /// Makes a call. It is sent again after a pause, and once with a new token if the first was not accepted: in both
    /// cases the service refused it before it did anything.
    func exchange<Value: Sendable>(
        _ request: HubRequest,
        as authenticator: HubAuthenticator?,
        _ perform: (HTTPClient, HTTPRequest) async throws(HTTPError) -> Outcome<Value>
    ) async throws(FlameHubError) -> Value {
        var pauses = 0
        var hasRenewed = false
        let identity = authenticator.map { ObjectIdentifier($0) } ?? request.identity
        let patience = request.isImpatient ? .zero : limits.maximumPause
        while true {
            try await pause.passed(identity, patience: patience)
            let token = try await authenticator?.token()
            let httpRequest = try httpRequest(request, token: token, isPlain: await knowledge.sendsPlain)
            let response: HTTPResponse
            do {
                switch try await perform(http, httpRequest) {
                case .success(let value): return value
                case .failure(let failure): response = failure
                }
            } catch {
                throw failed(request, error)
            }
            let classifier = ResponseClassifier(service: service, isAuthenticated: token != nil, now: wallClock())
            var error = classifier.error(for: response)
            error.method = request.method
            error.path = request.path
            if let token, !hasRenewed, classifier.isTokenProblem(error), await authenticator?.reject(token) == true {
                hasRenewed = true
            } else if error.code == .rateLimited {
                let length = min(error.retryAfter ?? ResponseClassifier.defaultPause, limits.longestImposedPause)
                await pause.begin(length, for: identity)
                logger.warning(
                    "A FLAME Hub service is paused",
                    metadata: ["service": "\(service)", "for": "\(length)"]
                )
                guard pauses < limits.maximumPauses, length <= patience else { throw error }
                pauses += 1
            } else {
                throw error
            }
        }
    }

    private func httpRequest(
        _ request: HubRequest,
        token: String?,
        isPlain: Bool
    ) throws(FlameHubError) -> HTTPRequest {
        let query = request.query.isEmpty ? "" : "?" + FormEncoding.encode(request.query)
        guard let url = URL(string: base + request.path + query) else {
            throw FlameHubError(.invalidRequest, "The URL of the \(service) service can't be used.")
        }
        var http = HTTPRequest(request.method, url, headers: request.headers, body: request.body)
        if !http.headers.contains("Accept") { http.headers["Accept"] = "application/json" }
        // Compression is not asked for, and so nothing is undone either, where the service calls a charset a coding.
        if isPlain, !http.headers.contains("Accept-Encoding") { http.headers["Accept-Encoding"] = "identity" }
        if let token { http.headers["Authorization"] = "Bearer \(token)" }
        http.isCredentialed = true
        http.connectTimeout = limits.connectTimeout
        http.timeout = request.isStream ? nil : limits.requestTimeout
        http.idleTimeout = limits.idleTimeout
        http.maximumResponseBytes = request.isStream ? limits.maximumFileBytes : limits.maximumResponseBytes
        http.retry = request.mayRepeat ? limits.retry : .none
        // A 429 is answered here, for all calls together.
        http.retry.statuses.remove(429)
        return http
    }

    private func failed(_ request: HubRequest, _ cause: HTTPError) -> FlameHubError {
        var error =
            switch cause.code {
            case .cancelled: FlameHubError(.cancelled, "The call was cancelled.", underlying: cause)
            case .file: FlameHubError(.file, cause.message, underlying: cause)
            case .responseTooLarge, .malformedResponse:
                FlameHubError(.malformedResponse, cause.message, underlying: cause)
            case .invalidRequest, .plainHTTPRefused: FlameHubError(.invalidRequest, cause.message, underlying: cause)
            default: FlameHubError(.transport, cause.message, underlying: cause)
            }
        error.service = service
        error.method = request.method
        error.path = request.path
        return error
    }
}
