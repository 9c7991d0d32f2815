// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Synchronization
import TestSupport
import Testing
import Timekeeping

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct AnchorTests {
    let directory: TemporaryDirectory
    let signer: NoteSigner
    let date = ISO8601.date(milliseconds: 1_763_780_400_123)

    init() throws {
        directory = try TemporaryDirectory()
        signer = try NoteSigner.generate(name: "alice/pod/1/audit")
    }

    @Test func aFileKeepsEachCheckpointAsALine() async throws {
        let file = URL(filePath: directory.path("anchors.jsonl"))
        let anchor = FileAnchor(file, wallClock: { date })
        let checkpoints = try [1, 2].map { try checkpoint($0) }
        for checkpoint in checkpoints { try await anchor.publish(checkpoint) }
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        for (line, checkpoint) in zip(lines, checkpoints) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["at"] as? String == "2025-11-22T03:00:00.123Z")
            #expect(object["size"] as? Int64 == checkpoint.checkpoint.size)
            #expect(object["root"] as? String == checkpoint.checkpoint.root.base64)
            #expect(try SignedCheckpoint((object["note"] as? String ?? "").utf8) == checkpoint)
        }
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
        let missing = FileAnchor(URL(filePath: directory.path("no/such/place")))
        await #expect(throws: AnchorError.self) { try await missing.publish(checkpoints[0]) }
    }

    @Test(.timeLimit(.minutes(1))) func onlyRegularFilesAreWrittenTo() async throws {
        let target = directory.path("elsewhere")
        try Data("kept".utf8).write(to: URL(filePath: target))
        let (link, dangling) = (directory.path("link"), directory.path("dangling"))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let made = directory.path("made")
        try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: made)
        let pipe = directory.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        // A pipe that somebody reads can be opened, and still is no file.
        let readPipe = directory.path("read-pipe")
        try #require(mkfifo(readPipe, 0o600) == 0)
        let reader = open(readPipe, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        for path in [link, dangling, pipe, readPipe, directory.url.path, "/dev/null"] {
            let anchor = FileAnchor(URL(filePath: path))
            await #expect(throws: AnchorError.self, "\(path)") { try await anchor.publish(checkpoint(1)) }
        }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept")
        #expect(!FileManager.default.fileExists(atPath: made))
    }

    @Test func theJournalGetsTheParts() async throws {
        let path = directory.path("journal")
        let socket = try TestSocket(unixDatagram: path)
        let checkpoint = try checkpoint(7)
        try await JournalAnchor(socketPath: path).publish(checkpoint)
        let text = String(decoding: try socket.receive(), as: UTF8.self)
        let fields = Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").map { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), String(parts[1]))
            }
        )
        #expect(fields["POD_AGENT_SIZE"] == "7")
        #expect(fields["POD_AGENT_ROOT"] == checkpoint.checkpoint.root.base64)
        #expect(fields["POD_AGENT_ORIGIN"] == "alice/pod/1/audit")
        #expect(fields["MESSAGE"]?.contains("7 entries") == true)
        // The note can be put together again from the fields.
        let note = "\(checkpoint.note.text)\n— alice/pod/1/audit \(fields["POD_AGENT_SIGNATURE"] ?? "")\n"
        #expect(try SignedCheckpoint(note.utf8) == checkpoint)
        await #expect(throws: AnchorError.self) {
            try await JournalAnchor(socketPath: directory.path("nobody")).publish(checkpoint)
        }
        await #expect(throws: AnchorError.self) {
            try await JournalAnchor(socketPath: "/" + String(repeating: "x", count: 200)).publish(checkpoint)
        }
    }

    @Test func syslogOverDatagrams() async throws {
        let socket = try TestSocket(udp: ())
        let anchor = syslog(.udp, socket.port)
        let checkpoint = try checkpoint(7)
        try await anchor.publish(checkpoint)
        let line = String(decoding: try socket.receive(), as: UTF8.self)
        #expect(line == anchor.line(checkpoint))
        #expect(
            line.hasPrefix(
                "<109>1 2025-11-22T03:00:00.123Z pod-host pod-agent - audit.checkpoint "
                    + "[checkpoint@32473 origin=\"alice/pod/1/audit\" size=\"7\" root=\"\(checkpoint.checkpoint.root.base64)\""
            )
        )
    }

    @Test func syslogOverAConnection() async throws {
        let socket = try TestSocket(tcp: ())
        let anchor = syslog(.tcp, socket.port)
        let checkpoint = try checkpoint(7)
        try await anchor.publish(checkpoint)
        let received = String(decoding: try socket.receiveConnection(), as: UTF8.self)
        let line = anchor.line(checkpoint)
        #expect(received == "\(line.utf8.count) \(line)")
        #expect(anchor.name == "syslog tcp://127.0.0.1:\(socket.port)")
    }

    @Test func syslogOverTLSOnlyToWhomTheCertificateNames() async throws {
        let server = try TLSTestServer(in: directory)
        let checkpoint = try checkpoint(7)
        let anchor = syslog(.tls(caFile: server.caFile), server.port, host: "localhost")
        try await anchor.publish(checkpoint)
        let line = anchor.line(checkpoint)
        #expect(try await server.received(upTo: line.utf8.count + 4).contains(line))
        let stranger = syslog(.tls(caFile: nil), server.port, host: "localhost")
        await #expect(throws: AnchorError.self) { try await stranger.publish(checkpoint) }
        let misnamed = syslog(.tls(caFile: server.caFile), server.port, host: "127.0.0.1")
        await #expect(throws: AnchorError.self) { try await misnamed.publish(checkpoint) }
        server.stop()
    }

    @Test(arguments: [SyslogAnchor.Transport.tcp, .tls(caFile: nil)])
    func aServerThatIsNotThereIsAFault(_ transport: SyslogAnchor.Transport) async throws {
        // A port that was free a moment ago.
        let port = try TestSocket(tcp: ()).port
        let checkpoint = try checkpoint(1)
        await #expect(throws: AnchorError.self) { try await syslog(transport, port).publish(checkpoint) }
        await #expect(throws: AnchorError.self) { try await syslog(transport, 0).publish(checkpoint) }
        await #expect(throws: AnchorError.self) { try await syslog(transport, port, host: "").publish(checkpoint) }
        await #expect(throws: AnchorError.self) {
            try await syslog(.udp, port, host: "no.such.host.invalid").publish(checkpoint)
        }
    }

    @Test func aWebhookGetsJSONAndMustAgree() async throws {
        let http = HTTPClient()
        let checkpoint = try checkpoint(7)
        for (status, isTaken) in [(204, true), (200, true), (403, false), (302, false), (500, false)] {
            let socket = try TestSocket(tcp: ())
            let url = try #require(URL(string: "http://127.0.0.1:\(socket.port)/hook?token=secret"))
            let anchor = WebhookAnchor(url, headers: ["X-Token": "t"], http: http, wallClock: { date })
            #expect(!anchor.name.contains("secret"))
            async let request = socket.answer("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nLocation: /\r\n\r\n")
            if isTaken {
                try await anchor.publish(checkpoint)
            } else {
                await #expect(throws: (any Error).self) { try await anchor.publish(checkpoint) }
            }
            let text = String(decoding: try await request, as: UTF8.self)
            #expect(text.hasPrefix("POST /hook?token=secret HTTP/1.1\r\n"))
            #expect(text.lowercased().contains("\r\nx-token: t\r\n"))
            #expect(text.lowercased().contains("\r\ncontent-type: application/json\r\n"))
            let body = try #require(text.range(of: "\r\n\r\n")).upperBound
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text[body...].utf8)) as? [String: Any]
            )
            #expect(object["size"] as? Int == 7)
        }
        http.shutdown()
    }

    @Test func aFailingAnchorHoldsUpNoOtherAndGetsTheNewest() async throws {
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        let setting = AuditSigning(logOwner: "alice/pod", keyDirectory: URL(filePath: directory.path("keys")))
        try await store.startSigning(setting)
        let clock = ManualClock()
        let (good, bad) = (RecordingAnchor("good"), RecordingAnchor("bad"))
        bad.fails = true
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await store.log.runAnchors([good, bad], clock: clock) }
            await good.wait(for: 1)
            await clock.waitForSleepers(1)
            #expect(store.anchorStatus.map(\.name) == ["good", "bad"])
            #expect(store.anchorStatus[0].size == 1)
            #expect(store.anchorStatus[1].size == nil)
            #expect(store.anchorStatus[1].failures == 1)
            #expect(store.anchorStatus[1].fault != nil)
            for _ in 0..<3 {
                try await store.append(AuditEntry(.policyLoaded))
                let size = store.health.entries
                await good.wait(for: size)
            }
            bad.fails = false
            clock.advance(by: .seconds(2))
            await bad.wait(for: 4)
            #expect(bad.sizes == [4])
            #expect(good.sizes.last == 4)
            group.cancelAll()
        }
        try await store.close()
    }

    private func checkpoint(_ size: Int64) throws -> SignedCheckpoint {
        let checkpoint = Checkpoint(
            origin: signer.verifierKey.name,
            size: size,
            root: TreeHash(hex: MerkleTreeTests.roots[1])
        )
        return try SignedCheckpoint(signer.sign(checkpoint.text))
    }

    private func syslog(_ transport: SyslogAnchor.Transport, _ port: Int, host: String = "127.0.0.1") -> SyslogAnchor {
        SyslogAnchor(host: host, port: port, transport: transport, sender: "pod-host", wallClock: { date })
    }
}

/// An anchor that notes what it was shown.
private final class RecordingAnchor: CheckpointAnchor {
    private struct State {
        var sizes: [Int64] = []
        var fails = false
        var waiters: [(Int64, CheckedContinuation<Void, Never>)] = []
    }

    let name: String
    private let state = Mutex(State())

    init(_ name: String) {
        self.name = name
    }

    var sizes: [Int64] { state.withLock { $0.sizes } }
    var fails: Bool {
        get { state.withLock { $0.fails } }
        set { state.withLock { $0.fails = newValue } }
    }

    func publish(_ checkpoint: SignedCheckpoint) async throws {
        let met = try state.withLock { state in
            if state.fails { throw AnchorError(.unreachable, "down") }
            state.sizes.append(checkpoint.checkpoint.size)
            let met = state.waiters.filter { $0.0 <= checkpoint.checkpoint.size }
            state.waiters.removeAll { $0.0 <= checkpoint.checkpoint.size }
            return met.map(\.1)
        }
        for waiter in met { waiter.resume() }
    }

    /// Returns when it was shown a checkpoint of at least so many entries.
    func wait(for size: Int64) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                if state.sizes.contains(where: { $0 >= size }) { return true }
                state.waiters.append((size, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}
