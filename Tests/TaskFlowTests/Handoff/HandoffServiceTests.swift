// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import StateStore
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

@Suite("Accepted tasks run") struct HandoffServiceTests {
    @Test("A task runs, its modeller gets the result sealed, and the log has its hash", arguments: Generation.allCases)
    func completes(generation: Generation) async throws {
        let hand = try HandoffScene("completes")
        let request = ModellerRequest(generation: generation)
        let entry = try await hand.run(request, modellerSends: [.taskStart, .taskComplete])
        #expect(hand.sent == [3, 25, 7])
        let types = try await hand.scene.entryTypes
        #expect(types.filter { $0 != .replySent } == [.taskReceived, .accessDecision, .taskHandedOff, .taskFinished])

        let result = try #require(hand.scene.messages.sent.last)
        let task = try #require(try await request.read().answerable)
        // The runner sent back the protocol as it got it: packed by the agent, and opened by nobody on the way.
        #expect(try task.cipher.open(result.body) == .map(ModellerRequest.plainProtocol))
        #expect(result.sender == "acme/ward")
        #expect(result.senderMailboxID == "worker-mailbox-1")
        #expect(result.metadata?.algorithm == .init(name: "ColumnAverage", index: 0, total: 1))
        #expect(result.sequenceNumber == (generation == .g2 ? 2 : nil))

        let handedOff = try #require(try await hand.scene.entries(.taskHandedOff).first)
        #expect(handedOff.run?.mode == "exec")
        #expect(handedOff.run?.package == "scripted")
        #expect(handedOff.run?.confinementSHA256?.count == 64)
        #expect(handedOff.protocolName == "bitfount.ResultsOnly")
        #expect(entry.run?.outcome == "completed")
        #expect(entry.reason == nil)
        #expect(entry.reference == nil)
        #expect(entry.run?.messagesIn == 2)
        #expect(entry.run?.messagesOut == 2)
        let packed = try task.cipher.openPacked(result.body)
        #expect(entry.run?.resultsSHA256 == Hex.encode(SHA256.hash(SHA256.hash(packed))))
        // The mailbox goes with the modeller's last word, and only then.
        let acknowledged = hand.scene.messages.now.acknowledgements
        #expect(acknowledged.map(\.isDeleting) == [false, true])
        #expect(acknowledged.map(\.mailboxID) == ["worker-mailbox-1", "worker-mailbox-1"])
        #expect(try await hand.scene.tasks.interruptedRuns().isEmpty)
    }

    @Test("Nothing of a message's content is in the state", arguments: Generation.allCases)
    func nothingIsKept(generation: Generation) async throws {
        let hand = try HandoffScene("echo")
        let secret = "a name that nobody may read"
        let message = try await ModellerRequest(generation: generation).message()
        try await hand.whileRunning {
            try await hand.put(.init(rawValue: 9), "m0", .string(secret), to: message)
            try await hand.put(.taskComplete, "m1", to: message)
            await hand.scene.pipeline.process(try await hand.scene.keep(message))
            try await hand.scene.waitForEntries(.taskFinished)
        }
        #expect(hand.sent == [3, 7])
        let task = try #require(try await ModellerRequest.read(message).answerable)
        #expect(try task.cipher.open(try #require(hand.scene.messages.sent.last).body) == .string(secret))
        for name in try FileManager.default.contentsOfDirectory(atPath: hand.scene.directory.url.path) {
            let bytes = try Data(contentsOf: hand.scene.directory.file(name))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }

    @Test(
        "A result that is too long for a message is uploaded once, and its address sent",
        arguments: Generation.allCases
    )
    func uploads(generation: Generation) async throws {
        let messages = ScriptedMessages()
        let hand = try HandoffScene("large-300000", messages: messages)
        let request = ModellerRequest(generation: generation)
        let entry = try await hand.run(request, modellerSends: [.taskComplete])
        #expect(entry.run?.outcome == "completed")
        #expect(entry.run?.bytesOut == 300_005 + (generation == .g2 ? 21 : 0))
        let result = try #require(messages.sent.last)
        #expect(try MessagePackDecoder.decode(result.body) == "https://storage.test/download")
        let content = try #require(hand.uploads.all.first)
        #expect(hand.uploads.all.count == 1)
        let task = try #require(try await request.read().answerable)
        let sealed = LargeObjectContent.unwrap(content)
        #expect((sealed != content) == (generation == .g1))
        #expect(try task.cipher.open(sealed) == .binary([UInt8](repeating: 7, count: 300_000)))
    }

    // MARK: Failures (docs/runners.md, "How a task ends")

    /// What a runner does, and what comes of it.
    struct Failure: Sendable, CustomTestStringConvertible {
        var script: String
        var reason: RunReason
        var abort: AbortReason = .workerError
        var text = "The task failed on the pod"
        /// How far the clock is put forward while the task runs.
        var wait: Duration = .zero
        var testDescription: String { script }
    }

    static let ways: [Failure] = [
        Failure(script: "fails", reason: .runnerFailed),
        Failure(script: "exits", reason: .runnerGone),
        Failure(script: "killed", reason: .runnerGone),
        Failure(script: "cut-off", reason: .runnerGone),
        Failure(script: "garbage", reason: .runnerBroken),
        Failure(script: "any-type", reason: .runnerBroken),
        Failure(script: "too-long", reason: .resultLimit, abort: .limitsExceeded),
        Failure(script: "too-much", reason: .resultLimit, abort: .limitsExceeded),
        Failure(script: "claims", reason: .unconfirmed, wait: .seconds(10)),
        Failure(script: "silent", reason: .runnerSilent, wait: .seconds(30)),
        Failure(
            script: "busy",
            reason: .timeLimit,
            abort: .limitsExceeded,
            text: "The task took too long",
            wait: .seconds(20)
        ),
        Failure(script: "asks", reason: .modellerGone, abort: .modellerTimeout, text: "The task was cancelled"),
    ]

    @Test("Each failure has its reason, and its modeller gets a fixed abort", arguments: ways, Generation.allCases)
    func failures(failure: Failure, generation: Generation) async throws {
        let hand = try HandoffScene(failure.script) {
            $0.messageBytes = 1 << 20
            $0.rules.taskBytes = 50_000
            if failure.script == "busy" { $0.rules.taskTime = .seconds(20) }
        }
        let request = ModellerRequest(generation: generation)
        let entry = try await hand.run(request) { hand in
            guard failure.wait > .zero else { return }
            try await hand.scene.waitForEntries(.taskHandedOff)
            try await hand.letTimePass(until: { try await !hand.scene.entries(.taskFinished).isEmpty })
        }
        #expect(entry.run?.reason == failure.reason.rawValue)
        #expect(entry.reason == failure.reason.rawValue)
        #expect(entry.run?.outcome == "failed")
        #expect(entry.run?.exception == (failure.script == "fails" ? "builtins.ValueError" : nil))
        #expect(entry.reference?.hasPrefix("reply sha256:") == true)
        await hand.scene.messages.wait { $0.sent.last?.type == .taskAbort }
        let aborts = hand.scene.messages.sent.filter { $0.type == .taskAbort }
        #expect(aborts.count == (generation == .g1 ? 2 : 1))
        let abort = try #require(aborts.last)
        #expect(abort.abortReason == (generation == .g1 && !failure.abort.isKnownToG1 ? .workerError : failure.abort))
        let task = try #require(try await request.read().answerable)
        #expect(try task.cipher.open(abort.body) == .string(failure.text))
        // Nothing else of the runner's reached anybody.
        let allowed: Set<Int32> =
            switch failure.script {
            case "too-much": [3, 7, 10]
            case "asks": [3, 22, 10]
            default: [3, 10]
            }
        #expect(Set(hand.sent).isSubset(of: allowed), "\(hand.sent)")
        #expect(try await hand.scene.tasks.interruptedRuns().isEmpty)
        #expect(try await hand.scene.tasks.pendingReplies().isEmpty)
    }

    struct Unready: Sendable, CustomTestStringConvertible {
        var script: String
        var reason: DecisionReason
        var wait: Duration = .zero
        var testDescription: String { script }
    }

    @Test(
        "Without a runner that is ready and confined a task is rejected, and nothing was promised",
        arguments: [
            Unready(script: "exits-at-once", reason: .runnerUnavailable),
            Unready(script: "dies-early", reason: .runnerUnavailable),
            Unready(script: "mute", reason: .runnerUnavailable, wait: .seconds(5)),
            Unready(script: "never-ready", reason: .runnerUnavailable, wait: .seconds(120)),
            Unready(script: "ignorant", reason: .algorithmUnknownToRunner),
            Unready(script: "unconfined", reason: .runnerNotConfined),
            Unready(script: "reads-keys", reason: .runnerNotConfined),
        ]
    )
    func rejected(unready: Unready) async throws {
        let hand = try HandoffScene(unready.script)
        let scene = hand.scene
        try await hand.whileRunning {
            let task = try await scene.keep(ModellerRequest().message())
            async let processed: Void = scene.pipeline.process(task)
            if unready.wait > .zero {
                try await hand.letTimePass(until: { try await !scene.entries(.accessDecision).isEmpty })
            }
            await processed
        }
        #expect(hand.sent == [4])
        #expect(try await scene.entries(.accessDecision).map(\.reason) == [unready.reason.rawValue])
        #expect(try await scene.entries(.taskHandedOff, .taskFinished).isEmpty)
    }

    @Test("What the owner accepts of a runner's confinement is accepted, and nothing else")
    func allowedUnconfined() async throws {
        for (allowed, isAccepted) in [(["network", "memory"], true), (["network"], false)] {
            let hand = try HandoffScene("unconfined") { $0.allowUnconfined = Set(allowed) }
            try await hand.whileRunning {
                await hand.scene.pipeline.process(try await hand.scene.keep(ModellerRequest().message()))
            }
            #expect((try await hand.scene.entries(.accessDecision).first?.decision == .accept) == isAccepted)
        }
    }

    @Test("A task that the owner does not allow starts nothing", arguments: Generation.allCases)
    func notAllowed(generation: Generation) async throws {
        let query: MessagePackMap = [
            "class_name": "bitfount.ResultsOnly",
            "algorithm": ["class_name": "bitfount.SqlQuery", "query": "select 1"],
        ]
        let model: MessagePackMap = [
            "class_name": "bitfount.ResultsOnly",
            "algorithm": ["class_name": "bitfount.ColumnAverage", "model": ["class_name": "BitfountModelReference"]],
        ]
        for (document, reason) in [
            (query, DecisionReason.algorithmNotAllowed), (ModellerRequest.secureProtocol, .algorithmNotAllowed),
            (model, .modelUnavailable),
        ] {
            let hand = try HandoffScene("completes") { $0.commands = [.g1: ["/nowhere"], .g2: ["/nowhere"]] }
            var request = ModellerRequest(generation: generation)
            request.protocolDocument = document
            try await hand.whileRunning {
                await hand.scene.pipeline.process(try await hand.scene.keep(request.message()))
            }
            #expect(try await hand.scene.entries(.accessDecision).map(\.reason) == [reason.rawValue])
            let task = try #require(try await request.read().answerable)
            let reply = try task.cipher.open(try #require(hand.scene.messages.sent.first).body)
            let code =
                switch (reason, generation) {
                case (.algorithmNotAllowed, .g1): "UNAUTHORISED"
                case (.algorithmNotAllowed, .g2): "INCOMPATIBLE_DATASOURCE"
                case (_, .g1): "NO_ACCESS"
                case (_, .g2): "TASK_SETUP_ERROR"
                }
            #expect(reply.mapValue?.keys == [code])
        }
    }

    @Test("A generation without a command, and a dataset without a file, have no runner")
    func unserved() async throws {
        for change: @Sendable (inout HandoffSettings) -> Void in [
            { $0.commands[.g2] = nil }, { $0.datasets = [:] }, { $0.commands[.g2] = ["/nowhere/runner"] },
        ] {
            let hand = try HandoffScene("completes", change: change)
            try await hand.whileRunning {
                await hand.scene.pipeline.process(try await hand.scene.keep(ModellerRequest().message()))
            }
            #expect(try await hand.scene.entries(.accessDecision).map(\.reason) == ["runner-unavailable"])
        }
    }

    @Test("While another task runs, a task waits for its place, and is rejected while its modeller still waits")
    func busy() async throws {
        let hand = try HandoffScene("obeys")
        let scene = hand.scene
        try await hand.whileRunning {
            await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
            try await scene.waitForEntries(.taskHandedOff)
            let second = try await scene.keep(ModellerRequest(taskID: "task-2").message(), within: .seconds(40))
            async let processed: Void = scene.pipeline.process(second)
            // The place is not given, and ten seconds later the modeller's time is nearly over.
            try await hand.letTimePass(until: { try await scene.entries(.accessDecision).count == 2 })
            await processed
        }
        #expect(try await scene.entries(.accessDecision).map(\.reason) == ["accepted", "handoff-busy"])
    }

    // MARK: Ends from this side

    @Test("A modeller's word ends the task", arguments: [MessageType.taskCancel, .taskAbort], ["obeys", "defies"])
    func cancelledByModeller(type: MessageType, script: String) async throws {
        let hand = try HandoffScene(script)
        let entry = try await hand.run(modellerSends: [type]) { hand in
            guard script == "defies" else { return }
            try await hand.letTimePass(until: { try await !hand.scene.entries(.taskFinished).isEmpty })
        }
        #expect(entry.reason == "cancelled-by-modeller")
        #expect(entry.run?.outcome == "cancelled")
        await hand.scene.messages.wait { $0.sent.last?.type == .taskAbort }
        #expect(hand.scene.messages.sent.last?.abortReason == .cancelledByModeller)
    }

    @Test("A stop of the agent ends what runs, and its modeller hears of it")
    func stop() async throws {
        let hand = try HandoffScene("silent")
        let scene = hand.scene
        try await hand.whileRunning {
            await scene.pipeline.process(try await scene.keep(ModellerRequest().message()))
            try await scene.waitForEntries(.taskHandedOff)
        }
        #expect(try await scene.entries(.taskFinished).map(\.reason) == ["agent-stopped"])
        #expect(hand.sent == [3, 10])
        #expect(try await scene.tasks.interruptedRuns().isEmpty)
    }

    @Test("Foreign messages in the task's mailbox have no effect, and don't end it")
    func foreignMessages() async throws {
        let hand = try HandoffScene("completes")
        let message = try await ModellerRequest().message()
        let task = try #require(try await ModellerRequest.read(message).answerable)
        var foreign = IncomingMessage(
            type: .taskComplete,
            body: try task.cipher.seal(.null),
            recipient: "acme",
            recipientMailboxID: "worker-mailbox-1",
            sender: "mallory",
            senderMailboxID: "x",
            timestamp: "2025-06-01T12:00:01Z",
            receiptHandle: "f0",
            taskID: "task-1"
        )
        hand.scene.messages.put(foreign, in: .named("worker-mailbox-1"))
        foreign.sender = "alice"
        foreign.receiptHandle = "f1"
        foreign.body = [1, 2, 3]
        hand.scene.messages.put(foreign, in: .named("worker-mailbox-1"))
        try await hand.whileRunning {
            try await hand.put(.taskStart, "m0", to: message)
            try await hand.put(.taskComplete, "m1", to: message)
            await hand.scene.pipeline.process(try await hand.scene.keep(message))
            try await hand.scene.waitForEntries(.taskFinished)
        }
        #expect(try await hand.scene.entries(.taskFinished).first?.run?.outcome == "completed")
        #expect(hand.scene.messages.now.acknowledgements.map(\.isDeleting) == [false, false, false, true])
    }

    @Test("A message service that is away for a while is tried again")
    func outage() async throws {
        let hand = try HandoffScene(
            "completes",
            messages: ScriptedMessages { message, messages in
                // The next three sends fail, the result's among them.
                if message.type == .taskStart { messages.failSends(.unavailable, .deadlineExceeded, .unavailable) }
            }
        )
        let entry = try await hand.run(modellerSends: [.taskStart, .taskComplete]) { hand in
            try await hand.letTimePass(.milliseconds(500), until: { try await !hand.scene.entries(.taskFinished).isEmpty })
        }
        #expect(entry.run?.outcome == "completed")
        #expect(hand.sent == [3, 25, 7])
    }

    @Test("The runner gets the task only once its acceptance is delivered")
    func acceptanceFirst() async throws {
        let messages = ScriptedMessages()
        let hand = try HandoffScene("completes", messages: messages)
        messages.failSends(.unavailable)
        let entry = try await hand.run(modellerSends: [.taskStart, .taskComplete]) { hand in
            #expect(try await hand.scene.entries(.taskHandedOff).isEmpty)
            try await hand.scene.whileSending {
                try await hand.letTimePass(.milliseconds(500), until: { try await !hand.scene.entries(.taskFinished).isEmpty })
            }
        }
        #expect(entry.run?.outcome == "completed")
        #expect(hand.sent == [3, 25, 7])
    }

    // MARK: What a runner has of the agent

    @Test("A runner has nothing of the agent's: no descriptor, no environment, a group of its own")
    func isolation() async throws {
        let directory = try TemporaryDirectory()
        let found = directory.file("found.json")
        let hand = try HandoffScene("looks-around", found.path)
        try await hand.run()
        struct Found: Decodable {
            let descriptors: [Int]
            let environment: [String]
            let group: Bool
        }
        let result = try JSONDecoder().decode(Found.self, from: Data(contentsOf: found))
        // Standard input, output and error, the two copies of the stream, and what reads the directory.
        #expect(result.descriptors.count <= 7, "\(result.descriptors)")
        #expect(result.environment.filter { $0 != "LC_CTYPE" } == ["LANG", "PATH", "TMPDIR"])
        #expect(result.group)
    }

    @Test("Whatever a runner started ends with it")
    func forks() async throws {
        let directory = try TemporaryDirectory()
        let hand = try HandoffScene("forks", directory.file("pids").path)
        try await hand.run()
        let text = try String(contentsOf: directory.file("pids"), encoding: .utf8)
        let pids = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        try #require(pids.count == 2)
        // The child is reaped by whoever took it over; until then it is a zombie.
        for pid in pids {
            while isAlive(pid) { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private func isAlive(_ pid: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.range(of: ") Z ") == nil
    }

    // MARK: Crashes

    @Test(
        "What ran when the agent ended is not run again, and its modeller hears of it",
        arguments: Generation.allCases
    )
    func crash(generation: Generation) async throws {
        let directory = try TemporaryDirectory()
        let request = ModellerRequest(generation: generation)
        let message = try await request.message()
        let first = try HandoffScene("silent", directory: directory)
        let running = Task { try await first.whileRunning { try await Task.sleep(for: .seconds(3_600)) } }
        await first.scene.pipeline.process(try await first.scene.keep(message))
        try await first.scene.waitForEntries(.taskHandedOff)
        // The end of the agent, as far as the state can tell.
        let copy = try TemporaryDirectory()
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.url.path) {
            try FileManager.default.copyItem(at: directory.file(name), to: copy.file(name))
        }
        running.cancel()
        _ = await running.result

        let second = try HandoffScene("completes", directory: copy)
        try await second.whileRunning {
            try await second.scene.waitForEntries(.taskFinished)
            try await second.scene.whileSending {
                await second.scene.messages.wait { $0.sent.count == (generation == .g1 ? 2 : 1) }
            }
        }
        let entry = try #require(try await second.scene.entries(.taskFinished).first)
        #expect(entry.reason == "crash-during-run")
        #expect(entry.task == "task-1")
        #expect(entry.dataset == "acme/ward")
        #expect(entry.modeller == "alice")
        #expect(second.sent == (generation == .g1 ? [10, 10] : [10]))
        let task = try #require(try await request.read().answerable)
        #expect(try task.cipher.open(try #require(second.scene.messages.sent.first).body) == "The pod was restarted")
        #expect(try await second.scene.tasks.interruptedRuns().isEmpty)
    }
}

extension ModellerRequest {
    /// What the intake makes of the request; its key is the same each time.
    fileprivate func read() async throws -> IntakeResult { try await Self.read(message()) }
}
