// SPDX-License-Identifier: Apache-2.0

import FlameNode
import Foundation
import Health
import Hummingbird
import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

/// The one thing that the agent listens on: health, metrics and status, for this machine only.
///
/// | Route | Answer |
/// |---|---|
/// | `GET /livez` | 200 while the process answers |
/// | `GET /readyz` | 200 when ready, else 503; the components that are not well, with reasons (RFC 9457) |
/// | `GET /readyz/pod`, `/readyz/flame` | the same for one network; 404 where it is not configured |
/// | `GET /status` | ``StatusReport`` as JSON |
/// | `GET /metrics` | Prometheus text, or OpenMetrics where `Accept` asks for it |
/// | `POST /audit/actions` | an ``AuditAction`` is done; only on a Unix socket, for the service's account and root |
/// | `POST /flame/actions` | a ``FlameAction`` is done, likewise; ``StatusAccess`` says who else may |
///
/// A port of loopback takes no actions, and answers only those who call it by the configured name.
public struct StatusServer: Service {
    private let address: StatusConfiguration.Address
    private let access: StatusAccess
    private let limits: StatusLimits
    private let health: AgentHealth
    private let metrics: AgentMetrics
    private let audit: AuditActionHandler
    private let flame: FlameActions?
    private let report: @Sendable () async -> StatusReport
    private let logger: Logger

    /// - Parameters:
    ///   - access: Who may what on a Unix socket.
    ///   - limits: What a connection may take.
    ///   - audit: Does what the audit commands ask.
    ///   - flame: Does what the FLAME commands ask; `nil` where there is no FLAME node.
    init(
        address: StatusConfiguration.Address,
        access: StatusAccess = StatusAccess(),
        limits: StatusLimits = StatusLimits(),
        health: AgentHealth,
        metrics: AgentMetrics,
        logger: Logger,
        audit: AuditActionHandler,
        flame: FlameActions? = nil,
        report: @escaping @Sendable () async -> StatusReport
    ) {
        self.address = address
        self.access = access
        self.limits = limits
        self.health = health
        self.metrics = metrics
        self.logger = logger
        self.audit = audit
        self.flame = flame
        self.report = report
    }

    /// Serves until the agent stops.
    ///
    /// - Throws: ``AgentFailure`` if the socket can't be made.
    public func run() async throws {
        switch address {
        case .unixSocket(let path):
            let socket = StatusSocket(path: path, isForOthers: access.admitsOthers)
            try socket.prepare()
            let fault = Mutex<(any Error)?>(nil)
            do {
                try await serve(.unixDomainSocket(path: socket.stagingPath)) { channel in
                    do {
                        try socket.publish()
                    } catch {
                        fault.withLock { $0 = error }
                        channel.close(mode: .all, promise: nil)
                    }
                }
            } catch {
                throw fault.withLock { $0 } ?? error
            }
            if let error = fault.withLock({ $0 }) { throw error }
        case .loopback(let host, let port):
            try await serve(.hostname(host, port: port))
        }
    }

    private func serve(
        _ address: BindAddress,
        whenBound: @escaping @Sendable (any Channel) -> Void = { _ in }
    ) async throws {
        var serverLogger = logger
        // Hummingbird announces its address at info; the agent has its own line for that.
        serverLogger.logLevel = max(logger.logLevel, .warning)
        let connections = StatusConnections(limits)
        let application = Application(
            router: router(connections),
            server: connections.server,
            configuration: ApplicationConfiguration(address: address, serverName: "pod-agent"),
            onServerRunning: { whenBound($0) },
            logger: serverLogger
        )
        try await application.run()
    }

    private func router(_ connections: StatusConnections) -> Router<StatusRequestContext> {
        let router = Router(context: StatusRequestContext.self)
        switch address {
        case .unixSocket: router.middlewares.add(PeerCheck(access: access))
        case .loopback(let host, let port): router.middlewares.add(HostCheck(host: host, port: port))
        }
        router.middlewares.add(WholeRequest(connections: connections, maximumBytes: limits.bodyBytes))
        router.get("/livez") { _, _ in "ok\n" }
        router.get("/readyz") { [health] _, _ in Self.readiness(health.snapshot()) }
        for network in health.networks {
            router.get("/readyz/\(network.rawValue)") { [health] _, _ in Self.readiness(health.snapshot(of: network)) }
        }
        router.get("/metrics") { [metrics, audit] request, _ in
            metrics.show(AuditStatus(audit.log))
            return Self.exposition(of: metrics.registry, accepting: request.headers[.accept])
        }
        router.get("/status") { [report] _, _ in try Self.json(await report()) }
        if case .unixSocket = address {
            post("/audit/actions", router, { _ in .administering }, audit.perform)
            if let flame { post("/flame/actions", router, Self.right(for:), flame.perform) }
        }
        return router
    }

    private static func right(for action: FlameAction) -> StatusAccess.Rights {
        switch action {
        case .decide: .approving
        case .consent, .report, .log, .publishKey: .administering
        }
    }

    private func post<Action: Decodable & Sendable, Outcome: Encodable & Sendable>(
        _ path: RouterPath,
        _ router: Router<StatusRequestContext>,
        _ needed: @escaping @Sendable (Action) -> StatusAccess.Rights,
        _ perform: @escaping @Sendable (Action) async throws -> Outcome
    ) {
        router.post(path) { [limits] request, context in
            let body = try await request.body.collect(upTo: limits.bodyBytes)
            return try await ActionReply.response(to: Data(body.readableBytesView)) { (action: Action) in
                guard context.rights.isSuperset(of: needed(action)) else {
                    throw AgentFailure(
                        .denied,
                        "this account may not do that",
                        hint: "ask root, or see `status` in the configuration"
                    )
                }
                return try await perform(action)
            }
        }
    }

    private static func readiness(_ snapshot: [AgentHealth.Component: AgentHealth.Report]) -> Response {
        let problems = StatusReport.problems(snapshot)
        guard !problems.isEmpty else {
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain"],
                body: .init(byteBuffer: .init(string: "ok\n"))
            )
        }
        let document = ProblemDocument(
            title: "The agent is not ready",
            status: 503,
            problems: problems
        )
        // The document holds strings only: encoding it can't fail, and 503 alone would still tell the truth.
        let body = (try? StatusReport.text(document)) ?? ""
        return Response(
            status: .serviceUnavailable,
            headers: [.contentType: "application/problem+json"],
            body: .init(byteBuffer: .init(string: body))
        )
    }

    private static func exposition(of metrics: PrometheusRegistry, accepting accept: String?) -> Response {
        let isOpenMetrics = accept?.contains("application/openmetrics-text") ?? false
        let type =
            isOpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"
        let text = metrics.render(isOpenMetrics ? .openMetrics : .text)
        return Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: .init(string: text)))
    }

    private static func json(_ report: StatusReport) throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: .init(string: try StatusReport.text(report)))
        )
    }
}

/// RFC 9457: what is wrong, for programs.
private struct ProblemDocument: Encodable {
    let title: String
    let status: Int
    let problems: [String: String]
}
