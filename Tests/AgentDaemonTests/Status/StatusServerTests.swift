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

    private func server(
        _ address: StatusConfiguration.Address,
        access: StatusAccess = StatusAccess(),
        limits: StatusLimits = StatusLimits()
    ) -> StatusServer {
        let (log, health, states) = (fixture.log, fixture.health, fixture.states)
        return StatusServer(
            address: address,
            access: access,
            limits: limits,
            health: health,
            metrics: fixture.metrics,
            logger: ServiceFixture.logger,
            audit: AuditActionHandler(
                log: log,
                archiveDirectory: fixture.directory.file("archives"),
                entry: fixture.entries.entry
            ),
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
    private func whileServing(
        access: StatusAccess = StatusAccess(),
        _ body: (StatusClient, Requests) async throws -> Void
    ) async throws {
        let server = server(.unixSocket(path: socket), access: access)
        let client = StatusClient(address: .unixSocket(path: socket))
        try await whileRunning(server.run) {
            // The socket of a server that was there before has the same name.
            let requests = Requests(socket: socket)
            while (try? await requests.send(.get, "/livez")) == nil { try await Task.sleep(for: .milliseconds(2)) }
            try await body(client, requests)
        }
    }

    /// Whether the server tells how the agent is.
    private func answers(_ client: StatusClient) async throws -> Bool {
        try await client.report().version == "1"
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
        for _ in 0..<2 {
            try await whileServing { client, _ in
                #expect(TemporaryDirectory.mode(URL(filePath: socket)) == 0o600)
                #expect(try await answers(client))
                let content = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path("run"))
                #expect(content == ["status.sock"])
            }
            // What a killed process leaves behind.
            #expect(FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test(
        "Nothing but a socket of this agent is removed",
        arguments: ["directory", "file", "link to a file", "link to nothing", "pipe"]
    )
    func somethingElse(kind: String) async throws {
        let run = fixture.directory.file("run")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: false)
        let precious = fixture.directory.file("precious")
        try Data("precious".utf8).write(to: precious)
        switch kind {
        case "directory":
            try FileManager.default.createDirectory(atPath: socket, withIntermediateDirectories: false)
            try Data("precious".utf8).write(to: URL(filePath: socket).appending(path: "inside"))
        case "file": try Data("precious".utf8).write(to: URL(filePath: socket))
        case "link to a file": #expect(symlink(precious.path, socket) == 0)
        case "link to nothing": #expect(symlink("/nonexistent", socket) == 0)
        default: #expect(mkfifo(socket, 0o600) == 0)
        }
        let before = try FileManager.default.subpathsOfDirectory(atPath: run.path)
        let failure = await #expect(throws: AgentFailure.self) { try await server(.unixSocket(path: socket)).run() }
        #expect(failure?.exitCode == .configuration)
        #expect(failure?.message.contains(socket) == true)
        let after = try FileManager.default.subpathsOfDirectory(atPath: run.path)
        #expect(after == before)
        #expect(try String(contentsOf: precious, encoding: .utf8) == "precious")
    }

    @Test("What takes the socket's name while it is made stays, and the server does not run")
    func overtaken() async throws {
        let made = StatusSocket(path: socket, isForOthers: false)
        try made.prepare()
        #expect(TemporaryDirectory.mode(URL(filePath: made.stagingPath).deletingLastPathComponent()) == 0o700)
        #expect(made.stagingPath.utf8.count <= StatusSocket.stagingBytes(socket))
        try Data().write(to: URL(filePath: made.stagingPath))
        try Data("precious".utf8).write(to: URL(filePath: socket))
        #expect(throws: AgentFailure.self) { try made.publish() }
        #expect(try String(contentsOfFile: socket, encoding: .utf8) == "precious")
    }

    @Test("Who may what is decided by the account that connects")
    func rights() async throws {
        let stranger = StatusAccess.Peer(processID: 1, user: 4_001, group: 4_001)
        var access = StatusAccess(isMember: { _, _ in true })
        #expect(access.rights(of: StatusAccess.Peer(user: geteuid())) == .all)
        #expect(access.rights(of: StatusAccess.Peer(user: 0)) == .all)
        #expect(access.rights(of: stranger) == [], "without groups nobody else has rights")
        #expect(!access.admitsOthers)
        access.monitorGroup = "monitors"
        access.isMember = { peer, group in peer == stranger && group == "monitors" }
        #expect(access.rights(of: stranger) == .reading)
        #expect(access.rights(of: StatusAccess.Peer(user: 4_002)) == [])
        access.approversGroup = "approvers"
        #expect(access.rights(of: stranger) == .reading)
        access.isMember = { _, group in group == "approvers" }
        #expect(access.rights(of: stranger) == .approving)
        #expect(access.admitsOthers)
    }

    @Test("The groups are those of the operating system")
    func groups() throws {
        #expect(UserGroups.exists("root"))
        #expect(!UserGroups.exists("no-such-group"))
        #expect(UserGroups.contains("root", user: 0, group: 12_345), "by the account")
        #expect(UserGroups.contains("root", user: 12_345, group: 0), "by the group that the process runs as")
        #expect(!UserGroups.contains("root", user: 12_345, group: 12_345))
        #expect(!UserGroups.contains("no-such-group", user: 0, group: 0))
    }

    @Test("An account without rights is told nothing, one of the monitors may only read")
    func others() async throws {
        // Whoever runs this test is not the account of the service here.
        let access = StatusAccess(
            monitorGroup: "monitors",
            isMember: { [user = geteuid()] peer, group in peer.user == user && group == "monitors" },
            administrators: []
        )
        try await whileServing(access: access) { client, requests in
            #expect(TemporaryDirectory.mode(URL(filePath: socket)) == 0o666)
            #expect(try await answers(client))
            let answer = try await requests.send(
                .post,
                "/audit/actions",
                body: .bytes(Data(#"{"checkpoint":{}}"#.utf8))
            )
            #expect(answer.status == 403)
        }
        try await whileServing(access: StatusAccess(administrators: [])) { _, requests in
            for path in ["/livez", "/readyz", "/status", "/metrics"] {
                let answer = try await requests.send(.get, path)
                #expect(answer.status == 403)
            }
        }
        #expect(try await fixture.recorded().isEmpty)
    }

    /// Runs `body` while the server listens on a port of loopback.
    private func whileListening(_ limits: StatusLimits, _ body: (Int, StatusClient) async throws -> Void) async throws {
        // Nobody listens there while the port is held; who takes it next is the server.
        var unheard: UnheardPort? = try .nameable()
        let port = Int(try #require(unheard?.number))
        unheard = nil
        let address = StatusConfiguration.Address.loopback(host: "127.0.0.1", port: port)
        try await whileRunning(server(address, limits: limits).run) {
            let client = StatusClient(address: address)
            while (try? await client.report()) == nil { try await Task.sleep(for: .milliseconds(2)) }
            try await body(port, client)
        }
    }

    private static let head = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"

    @Test("Silent, half-sent, dripping and unread connections are closed")
    func slowClients() async throws {
        var limits = StatusLimits()
        // Long enough for the answer to one that asks, also on a busy machine.
        limits.patience = .seconds(3)
        try await whileListening(limits) { port, client in
            let silent = try RawConnection(port: port)
            let half = try RawConnection(port: port)
            half.send("GET /livez HT")
            let bodiless = try RawConnection(port: port)
            bodiless.send("POST /audit/actions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{")
            let kept = try RawConnection(port: port)
            kept.send("GET /livez HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
            // What is not read before the close may be lost with it.
            var answer = ""
            while answer.isEmpty, let part = kept.received() {
                answer += part
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            let dripping = try RawConnection(port: port)
            dripping.send(Self.head)
            // More answers than the two ends' buffers hold, which nobody takes.
            let unread = try RawConnection(port: port)
            let asking = Task.detached {
                let request = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                while unread.send(String(repeating: request, count: 100)) {}
            }
            while dripping.send("a") { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await silent.untilClosed() == "")
            #expect(try await half.untilClosed() == "")
            _ = try await bodiless.untilClosed()
            _ = try await kept.untilClosed()
            await asking.value
            #expect(try await answers(client))
        }
    }

    @Test("A crowd of connections hides nothing from those who ask")
    func crowd() async throws {
        var limits = StatusLimits()
        limits.patience = .seconds(600)
        try await whileListening(limits) { port, client in
            var crowd: [RawConnection] = []
            for index in 0..<330 {
                let connection = try RawConnection(port: port)
                if index.isMultiple(of: 2) { connection.send("GET /") }
                crowd.append(connection)
            }
            for _ in 0..<5 { #expect(try await answers(client)) }
            // Those that waited longest had to go, and the youngest are still there.
            #expect(try await crowd[0].untilClosed() == "")
            #expect(crowd[329].received() == "")
        }
    }

    @Test(
        "Only who calls a port by its name is answered, so that no web page can read it",
        arguments: [
            ("127.0.0.1", 200), ("127.0.0.1:PORT", 200), ("evil.example", 421), ("evil.example:PORT", 421),
            ("127.0.0.1.evil.example", 421), ("127.0.0.1:1", 421), ("localhost", 421), ("", 421),
        ]
    )
    func hostNames(host: String, status: Int) async throws {
        try await whileListening(StatusLimits()) { port, _ in
            for path in ["/livez", "/readyz", "/status", "/metrics"] {
                let connection = try RawConnection(port: port)
                let name = host.replacing("PORT", with: "\(port)")
                connection.send("GET \(path) HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n\r\n")
                let answer = try await connection.untilClosed()
                let expected = path == "/readyz" && status == 200 ? 503 : status
                #expect(answer.hasPrefix("HTTP/1.1 \(expected)"), "\(answer.prefix(100))")
                #expect(status == 200 || !answer.contains("acme"))
            }
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
        try await whileListening(StatusLimits()) { port, client in
            let failure = await #expect(throws: AgentFailure.self) { try await client.perform(.checkpoint) }
            #expect(failure?.exitCode == .configuration)
            let http = HTTPClient(environment: [:])
            defer { http.shutdown() }
            let url = try #require(URL(string: "http://127.0.0.1:\(port)/audit/actions"))
            let answer = try await http.send(HTTPRequest(.post, url, body: .bytes(Data())))
            #expect(answer.status == 404)
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
