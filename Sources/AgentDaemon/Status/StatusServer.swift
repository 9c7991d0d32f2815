// SPDX-License-Identifier: Apache-2.0

import FlameNode
import Foundation
import Health
import Hummingbird
import Logging
import NIOCore
public import ServiceLifecycle

/// The one thing that the agent listens on: health, metrics and status, for this machine only.
///
/// | Route | Answer |
/// |---|---|
/// | `GET /livez` | 200 while the process answers |
/// | `GET /readyz` | 200 when ready, else 503; the components that are not well, with reasons (RFC 9457) |
/// | `GET /readyz/pod`, `/readyz/flame` | the same for one network; 404 where it is not configured |
/// | `GET /status` | ``StatusReport`` as JSON |
/// | `GET /metrics` | Prometheus text, or OpenMetrics where `Accept` asks for it |
/// | `POST /audit/actions` | an ``AuditAction`` is done; only on a Unix socket, which nobody else can open |
/// | `POST /flame/actions` | a ``FlameAction`` is done, likewise |
public struct StatusServer: Service {
    private let address: StatusConfiguration.Address
    private let health: AgentHealth
    private let metrics: AgentMetrics
    private let audit: AuditActionHandler
    private let flame: FlameActions?
    private let report: @Sendable () async -> StatusReport
    private let logger: Logger

    /// - Parameters:
    ///   - audit: Does what the audit commands ask.
    ///   - flame: Does what the FLAME commands ask; `nil` where there is no FLAME node.
    init(
        address: StatusConfiguration.Address,
        health: AgentHealth,
        metrics: AgentMetrics,
        logger: Logger,
        audit: AuditActionHandler,
        flame: FlameActions? = nil,
        report: @escaping @Sendable () async -> StatusReport
    ) {
        self.address = address
        self.health = health
        self.metrics = metrics
        self.logger = logger
        self.audit = audit
        self.flame = flame
        self.report = report
    }

    /// Serves until the agent stops.
    public func run() async throws {
        let bindAddress: BindAddress
        switch address {
        case .unixSocket(let path):
            try prepareSocketPlace(path)
            bindAddress = .unixDomainSocket(path: path)
        case .loopback(let host, let port):
            bindAddress = .hostname(host, port: port)
        }
        var serverLogger = logger
        // Hummingbird announces its address at info; the agent has its own line for that.
        serverLogger.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(address: bindAddress, serverName: "pod-agent"),
            onServerRunning: { [address] _ in Self.close(address) },
            logger: serverLogger
        )
        try await application.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
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
            Self.post("/audit/actions", router, audit.perform)
            if let flame { Self.post("/flame/actions", router, flame.perform) }
        }
        return router
    }

    private static func post<Action: Decodable & Sendable, Outcome: Encodable & Sendable>(
        _ path: RouterPath,
        _ router: Router<BasicRequestContext>,
        _ perform: @escaping @Sendable (Action) async throws -> Outcome
    ) {
        router.post(path) { request, _ in
            let body = try await request.body.collect(upTo: maximumActionBytes)
            return try await ActionReply.response(to: Data(body.readableBytesView), doing: perform)
        }
    }

    /// The largest action: a comment of 4,096 characters and what was shown.
    private static let maximumActionBytes = 64 * 1024

    /// Lets nobody else connect, whatever the umask was.
    private static func close(_ address: StatusConfiguration.Address) {
        if case .unixSocket(let path) = address { chmod(path, 0o600) }
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
        let body = (try? StatusReport.encoder.encode(document)) ?? Data()
        return Response(
            status: .serviceUnavailable,
            headers: [.contentType: "application/problem+json"],
            body: .init(byteBuffer: .init(bytes: body))
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
        let body = try StatusReport.encoder.encode(report)
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: .init(bytes: body))
        )
    }

    /// Makes the socket's directory and removes the socket that a killed process left behind.
    ///
    /// That no other agent serves it is certain by then: the state's lock has been taken.
    private func prepareSocketPlace(_ path: String) throws {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }
}

/// RFC 9457: what is wrong, for programs.
private struct ProblemDocument: Encodable {
    let title: String
    let status: Int
    let problems: [String: String]
}
