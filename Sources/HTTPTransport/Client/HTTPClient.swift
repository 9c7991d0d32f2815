// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Logging

/// Makes HTTP requests through libcurl.
///
/// One client keeps one pool of connections, so a process wants one client. Requests run on a thread of their
/// own and hold up no thread of the cooperative pool. TLS is 1.2 or newer and always verified; plain `http` goes to
/// loopback hosts only.
///
/// Requests and responses that are in memory share HTTP/2 connections where the server offers it. Streams and
/// transfers of files use HTTP/1.1 connections from a second pool: in libcurl before 8.0, one stream that is held
/// back stalls every other on its HTTP/2 connection.
public final class HTTPClient: Sendable {
    let configuration: HTTPClientConfiguration
    let logger: Logger
    private let proxy: Result<ProxyRules, HTTPError>
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double
    private let wallClock: @Sendable () -> Date
    private let exchanges: EventLoop
    private let streams: EventLoop

    /// Makes a client; it connects when it is asked to.
    ///
    /// - Parameters:
    ///   - configuration: What all requests have in common.
    ///   - logger: Hears of retries, at level `debug`: method, origin, attempt and reason.
    ///   - clock: Measures the waits between attempts.
    ///   - random: A number from 0 up to 1, for the jitter of those waits.
    ///   - wallClock: The time of day, for a `Retry-After` that is a date.
    ///   - environment: Where proxies may be named.
    public init(
        _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
        logger: Logger = Logger(label: "http"),
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        wallClock: @escaping @Sendable () -> Date = { Date() },
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        self.random = random
        self.wallClock = wallClock
        proxy = Result { () throws(HTTPError) in try configuration.proxy.rules(environment: environment) }
        exchanges = EventLoop(configuration)
        streams = EventLoop(configuration)
    }

    deinit {
        shutdown()
    }

    /// Ends all requests as `cancelled`, refuses new ones and closes the connections, without waiting for it.
    public func shutdown() {
        exchanges.stop()
        streams.stop()
    }

    /// Makes a request and reads the whole response into memory.
    ///
    /// - Returns: The last attempt's response, whatever its status.
    /// - Throws: ``HTTPError`` if there is no whole response.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var schedule = schedule(for: request)
        while true {
            let result = await attempt(request)
            let delay =
                switch result {
                case .success(let response): schedule.delay(after: response.head)
                case .failure(let error): schedule.delay(after: error)
                }
            guard let delay else { return try result.get() }
            try await wait(delay, before: schedule.attempts + 1, of: request)
        }
    }

    private func attempt(_ request: HTTPRequest) async -> Result<HTTPResponse, HTTPError> {
        let deadline = request.timeout.map { ContinuousClock.now + $0 }
        var follower = RedirectFollower(request)
        do {
            while true {
                let response = try await exchange(follower.request, deadline: deadline)
                guard try follower.follow(response.head) else { return .success(response) }
            }
        } catch {
            return .failure(error.naming(follower.request))
        }
    }

    private func exchange(
        _ request: HTTPRequest,
        deadline: ContinuousClock.Instant?
    ) async throws(HTTPError) -> HTTPResponse {
        let isInMemory =
            switch request.body {
            case .empty, .bytes: true
            case .file, .stream: false
            }
        let sink = BufferedResponse()
        return try await transfer(request, streams: !isInMemory, deadline: deadline, to: sink) { control in
            await withTaskCancellationHandler {
                await sink.result()
            } onCancel: {
                control.cancel()
            }
        }.get()
    }
}

// MARK: - For all ways to make a request

extension HTTPClient {
    /// The retries of one request.
    func schedule(for request: HTTPRequest) -> RetrySchedule {
        RetrySchedule(request.retry, random: random, wallClock: wallClock)
    }

    /// Waits before another attempt.
    func wait(_ delay: Duration, before attempt: Int, of request: HTTPRequest) async throws(HTTPError) {
        logger.debug(
            "Trying again",
            metadata: [
                "method": "\(request.method)", "origin": "\(HTTPOrigin(request.url)?.description ?? "")",
                "attempt": "\(attempt)", "delay": "\(delay)",
            ]
        )
        do {
            try await clock.sleep(for: delay)
        } catch {
            throw HTTPError(.cancelled, "The request was cancelled.", underlying: error).naming(request)
        }
    }

    /// Starts a transfer and feeds its body while `use` deals with the response. `use` has to see the transfer's end.
    func transfer<Value: Sendable>(
        _ request: HTTPRequest,
        streams isStream: Bool,
        deadline: ContinuousClock.Instant?,
        to sink: any ResponseSink,
        isolation: isolated (any Actor)? = #isolation,
        _ use: (TransferControl) async -> Value
    ) async throws(HTTPError) -> Value {
        let plan = try TransferPlan(
            request,
            configuration,
            proxy: proxy,
            isStream: isStream,
            deadline: deadline
        )
        let control = TransferControl(isStream ? streams : exchanges)
        let body = try await RequestBodySource(request.body, control)
        control.start(plan, body, sink)
        guard let pump = body.pump else { return await use(control) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await pump.run() }
            let value = await use(control)
            group.cancelAll()
            return value
        }
    }
}
