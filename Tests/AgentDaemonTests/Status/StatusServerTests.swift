// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import HTTPTestSupport
import HTTPTransport
import Health
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("The status server and its client", .timeLimit(.minutes(1))) struct StatusServerTests {
    private let fixture: ServiceFixture
    private var socket: String { fixture.directory.file("run/status.sock").path }

    init() throws {
        fixture = try ServiceFixture()
    }

    private func server(_ address: StatusConfiguration.Address) -> StatusServer {
        let (log, health, states) = (fixture.log, fixture.health, fixture.states)
        return StatusServer(
            address: address,
            health: health,
            metrics: fixture.metrics,
            logger: ServiceFixture.logger,
            audit: AuditActionHandler(
                log: log,
                archiveDirectory: fixture.directory.file("archives"),
                entry: fixture.entries.entry
            ),
            policy: fixture.policy,
            report: {
                StatusReport(
                    version: "1",
                    pod: "acme/hospital-a",
                    startedAt: Date(timeIntervalSince1970: 0),
                    isReady: health.isReady,
                    networks: [:],
                    components: [:],
                    datasets: states.snapshot(),
                    activeTasks: 1,
                    queuedTasks: 2,
                    audit: AuditStatus(log)
                )
            }
        )
    }

    /// Runs `body` while the server listens on the socket.
    private func whileServing(_ body: (StatusClient, Requests) async throws -> Void) async throws {
        let server = server(.unixSocket(path: socket))
        let client = StatusClient(address: .unixSocket(path: socket))
        try await whileRunning(server.run) {
            while (try? await client.report()) == nil { try await Task.sleep(for: .milliseconds(2)) }
            try await body(client, Requests(socket: socket))
        }
    }

    /// Sends requests as they are, to the socket.
    private struct Requests {
        let http: HTTPClient

        init(socket: String) {
            var configuration = HTTPClientConfiguration()
            configuration.proxy = .none
            configuration.unixSocket = URL(filePath: socket)
            http = HTTPClient(configuration)
        }

        func send(
            _ method: HTTPMethod,
            _ path: String,
            headers: HTTPHeaders = [:],
            body: HTTPBody = .empty
        ) async throws -> (status: Int, text: String) {
            let url = try #require(URL(string: "http://localhost\(path)"))
            var request = HTTPRequest(method, url, headers: headers, body: body)
            request.retry = .none
            let response = try await http.send(request)
            return (response.status, String(decoding: response.body, as: UTF8.self))
        }
    }

    @Test("It is alive as soon as it answers, and ready when every component is well")
    func healthRoutes() async throws {
        fixture.health.succeeded(.audit)
        fixture.health.succeeded(.registration)
        fixture.health.succeeded(.credentials)
        fixture.health.failed(.heartbeat, "the Hub did not take the last heartbeat")
        try await whileServing { _, requests in
            #expect(try await requests.send(.get, "/livez").status == 200)
            let notReady = try await requests.send(.get, "/readyz")
            #expect(notReady.status == 503)
            #expect(notReady.text.contains("the Hub did not take the last heartbeat"))
            fixture.health.succeeded(.heartbeat)
            #expect(try await requests.send(.get, "/readyz").status == 200)
            #expect(try await requests.send(.get, "/nowhere").status == 404)
        }
    }

    @Test("The report says what the agent knows, and comes back as it was sent")
    func report() async throws {
        fixture.states.looked("acme/ward", DatasetSource(.emptyFile))
        fixture.states.failed("acme/ward", "registration failed")
        try await fixture.log.append(AuditEntry(.agentStart))
        try await whileServing { client, _ in
            let report = try await client.report()
            #expect(report.pod == "acme/hospital-a")
            #expect(report.startedAt == Date(timeIntervalSince1970: 0))
            #expect(report.datasets.map(\.source.fault) == [.emptyFile])
            #expect(report.datasets.map(\.problem) == ["registration failed"])
            #expect(report.audit.entries == 1)
            #expect(report.audit.unsignedEntries == 1)
            #expect(report.flame == nil)
        }
    }

    @Test("Metrics come as Prometheus text, or as OpenMetrics for who asks for it")
    func metrics() async throws {
        try await fixture.log.append(AuditEntry(.agentStart))
        try await whileServing { _, requests in
            let text = try await requests.send(.get, "/metrics").text
            #expect(text.contains("\npodagent_audit_entries 1.0\n"))
            #expect(!text.contains("# EOF"))
            let accept: HTTPHeaders = ["Accept": "application/openmetrics-text; version=1.0.0"]
            #expect(try await requests.send(.get, "/metrics", headers: accept).text.hasSuffix("# EOF\n"))
        }
    }

    @Test("The socket is for this account alone, and takes the place of one that was left behind")
    func socketFile() async throws {
        try FileManager.default.createDirectory(
            at: fixture.directory.file("run"),
            withIntermediateDirectories: false
        )
        try Data("left behind".utf8).write(to: URL(filePath: socket))
        try await whileServing { _, _ in
            #expect(TemporaryDirectory.mode(URL(filePath: socket)) == 0o600)
        }
    }

    @Test("Actions are done by the agent and recorded")
    func actions() async throws {
        try await fixture.log.startSigning(
            AuditSigning(logOwner: "acme/hospital-a", keyDirectory: fixture.directory.file("audit"))
        )
        try await whileServing { client, _ in
            let outcome = try await client.perform(.checkpoint)
            #expect(outcome.message == "a checkpoint of 2 entries was signed")
        }
        let last = try #require(try await fixture.recorded().last)
        #expect(last.type == .auditCheckpointed)
        #expect(last.by == .operator)
    }

    @Test("Why an action was not done comes back with its exit code and hint")
    func refusedActions() async throws {
        try await whileServing { client, _ in
            let failure = await #expect(throws: AgentFailure.self) {
                try await client.perform(.forget(modeller: "nobody"))
            }
            #expect(failure?.exitCode == .input)
            #expect(failure?.message.contains("nobody") == true)
            #expect(failure?.hint?.contains("audit.modeller_names") == true)
        }
    }

    @Test("What is no action is refused, and so is what is too large")
    func strangeActions() async throws {
        try await whileServing { _, requests in
            for body in ["", "{}", "[]", #"{"checkpoint":{}"#, #"{"dance":{}}"#, #"{"checkpoint":{},"checkpoint":{}}"#]
            {
                let answer = try await requests.send(.post, "/audit/actions", body: .bytes(Data(body.utf8)))
                #expect(answer.status == 422, "\(body)")
                #expect(answer.text.contains(#""exit_code":64"#), "\(body)")
            }
            let large = Data(repeating: UInt8(ascii: "a"), count: 65 * 1_024)
            #expect(try await requests.send(.post, "/audit/actions", body: .bytes(large)).status == 413)
            #expect(try await requests.send(.get, "/audit/actions").status >= 400)
            // There is no FLAME node that could do anything.
            #expect(try await requests.send(.post, "/flame/actions", body: .bytes(Data("{}".utf8))).status == 404)
        }
        #expect(try await fixture.recorded().isEmpty)
    }

    @Test("A port of loopback shows how the agent is, and takes no commands")
    func loopback() async throws {
        // Nobody listens there while the port is held; who takes it next is the server.
        var unheard: UnheardPort? = try UnheardPort()
        let port = Int(try #require(unheard?.number))
        unheard = nil
        let address = StatusConfiguration.Address.loopback(host: "127.0.0.1", port: port)
        let client = StatusClient(address: address)
        try await whileRunning(server(address).run) {
            while (try? await client.report()) == nil { try await Task.sleep(for: .milliseconds(2)) }
            let failure = await #expect(throws: AgentFailure.self) { try await client.perform(.checkpoint) }
            #expect(failure?.exitCode == .configuration)
            let http = HTTPClient(environment: [:])
            defer { http.shutdown() }
            let url = try #require(URL(string: "http://127.0.0.1:\(port)/audit/actions"))
            #expect(try await http.send(HTTPRequest(.post, url, body: .bytes(Data()))).status == 404)
        }
    }

    @Test("Where no agent answers the client says so")
    func noAgent() async throws {
        let client = StatusClient(address: .unixSocket(path: socket))
        let failure = await #expect(throws: AgentFailure.self) { try await client.report() }
        #expect(failure?.exitCode == .unavailable)
        #expect(failure?.message == "no agent answers at unix:\(socket)")
        #expect(
            await #expect(throws: AgentFailure.self) { try await client.perform(.checkpoint) }?.exitCode == .unavailable
        )
    }

    @Test("An answer that is none of an agent's is no agent", arguments: ["", "{}", "[1", "ok\n"])
    func strangeAnswers(body: String) async throws {
        let path = fixture.directory.file("status.sock")
        let server = try LoopbackServer(unixSocket: path) { connection in
            while try connection.readRequest() != nil { try connection.send(ScriptedResponse(200, body)) }
        }
        defer { server.stop() }
        let client = StatusClient(address: .unixSocket(path: path.path))
        #expect(await #expect(throws: AgentFailure.self) { try await client.report() }?.exitCode == .unavailable)
        #expect(
            await #expect(throws: AgentFailure.self) { try await client.perform(.checkpoint) }?.exitCode == .unavailable
        )
    }
}
