// SPDX-License-Identifier: Apache-2.0

public import FlameNode
import Foundation
import HTTPTransport

/// Asks the running agent how it is, through its status server.
public struct StatusClient: Sendable {
    private let address: StatusConfiguration.Address

    /// - Parameter address: Where the agent listens.
    public init(address: StatusConfiguration.Address) {
        self.address = address
    }

    /// - Parameter configuration: Where the agent's configuration says that it listens; where it is left to the agent, the place
    ///   that it noted comes first.
    public init(_ configuration: StatusConfiguration) {
        self.init(address: configuration.noted ?? configuration.address)
    }

    /// Fetches the report.
    ///
    /// - Throws: ``AgentFailure`` with `unavailable` if no agent answers there.
    public func report() async throws(AgentFailure) -> StatusReport {
        let response = try await send(.get, "/status", timeout: .seconds(5))
        return try read(StatusReport.self, response)
    }

    /// Has the running agent do something at its FLAME node.
    ///
    /// - Throws: ``AgentFailure`` as the agent answers it, or with `unavailable` if no agent answers there.
    public func perform(_ action: FlameAction) async throws(AgentFailure) -> FlameOutcome {
        // A look at a Hub that hangs comes first.
        try await perform(action, at: "/flame/actions", timeout: .seconds(180))
    }

    /// Has the running agent do something with its audit log.
    ///
    /// - Throws: ``AgentFailure`` as the agent answers it, or with `unavailable` if no agent answers there.
    public func perform(_ action: AuditAction) async throws(AgentFailure) -> AuditOutcome {
        // Archiving writes millions of entries.
        try await perform(action, at: "/audit/actions", timeout: .seconds(3_600))
    }

    private func perform<Outcome: Decodable>(
        _ action: some Encodable,
        at path: String,
        timeout: Duration
    ) async throws(AgentFailure) -> Outcome {
        guard case .unixSocket = address else {
            throw AgentFailure(
                .configuration,
                "the running agent takes commands on a Unix socket only",
                hint: "set status.listen"
            )
        }
        let body = (try? JSONEncoder().encode(action)) ?? Data()
        let response = try await send(.post, path, body: .bytes(body), timeout: timeout)
        guard response.status == 200 else {
            let problem = try read(ActionReply.Problem.self, response)
            let code = AgentFailure.ExitCode(rawValue: problem.exitCode) ?? .unavailable
            throw AgentFailure(code, problem.title, hint: problem.hint)
        }
        return try read(Outcome.self, response)
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        body: HTTPBody = .empty,
        timeout: Duration
    ) async throws(AgentFailure) -> HTTPResponse {
        var configuration = HTTPClientConfiguration()
        configuration.proxy = .none
        var authority = "localhost"
        switch address {
        case .unixSocket(let path): configuration.unixSocket = URL(fileURLWithPath: path)
        case .loopback(let host, let port): authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
        guard let url = URL(string: "http://\(authority)\(path)") else {
            throw AgentFailure(.configuration, "status.listen is not an address")
        }
        let client = HTTPClient(configuration)
        defer { client.shutdown() }
        var request = HTTPRequest(method, url, body: body)
        request.retry = .none
        request.timeout = timeout
        do {
            return try await client.send(request)
        } catch {
            throw silence(error)
        }
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ response: HTTPResponse) throws(AgentFailure) -> Value {
        do {
            return try StatusReport.decoder.decode(type, from: response.body)
        } catch {
            throw silence(error)
        }
    }

    private func silence(_ cause: any Error) -> AgentFailure {
        // Root may look into every directory; to others a socket that is not theirs looks like none.
        let asRoot = geteuid() == 0 ? "" : "; an agent with an account of its own answers that account and root only"
        return AgentFailure(
            .unavailable,
            "no agent answers at \(address)",
            hint: "is it running? try `systemctl status pod-agent`\(asRoot)",
            underlying: cause
        )
    }
}

extension StatusConfiguration.Address: CustomStringConvertible {
    /// As it is written in the configuration.
    public var description: String {
        switch self {
        case .unixSocket(let path): "unix:\(path)"
        case .loopback(let host, let port): "\(host):\(port)"
        }
    }
}
