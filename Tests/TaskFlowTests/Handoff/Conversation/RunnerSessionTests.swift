// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import StrictJSON
import Testing

@testable import TaskFlow

@Suite("The conversation with a runner") struct RunnerSessionTests {
    static let confinement: JSONValue = [
        "network": false, "readable": [], "writable": [], "no_new_privs": true, "capabilities": false,
        "memory_bytes": 1024,
    ]
    static let hello = RunnerFrame("hello", ["protocol": [1], "runner": "test/1", "python": "3.12", "pid": 2])
    static let ready = RunnerFrame(
        "ready",
        [
            "protocol": 1, "package": "test", "version": "1", "generations": ["g1"], "protocols": ["ResultsOnly"],
            "algorithms": ["ColumnAverage"], "confinement": confinement,
        ]
    )
    static let start = RunnerStart(
        generation: .g1,
        task: "t",
        modeller: "alice",
        pod: "acme/hospital",
        identifier: "acme/ward",
        pods: ["acme/ward"],
        project: nil,
        flags: RequestFlags(),
        limits: [],
        deadlineSeconds: 3_600,
        protocolDocument: [0x80]
    )

    private static func message(_ id: Int, _ type: Int, _ body: [UInt8] = [0xC0]) -> RunnerFrame {
        RunnerFrame("message", ["id": .integer(Int64(id)), "type": .integer(Int64(type))], body: body)
    }

    private static func done(_ outcome: String) -> RunnerFrame {
        RunnerFrame(
            "done",
            [
                "outcome": .string(outcome), "exception": "builtins.ValueError", "detail": "secret", "cpu_ms": 3,
                "max_rss_kib": 4,
            ]
        )
    }

    private func running(_ change: (inout RunnerRules) -> Void = { _ in }) -> RunnerSession {
        var rules = RunnerRules(generation: .g1)
        change(&rules)
        var session = RunnerSession(rules: rules, now: .zero)
        #expect(session.received(Self.hello, now: .zero) == [.send(.welcome(mustNotRead: []))])
        guard case .ready = session.received(Self.ready, now: .seconds(1)).first else {
            Issue.record("not ready")
            return session
        }
        let actions = session.start(Self.start, dataset: [1], now: .seconds(2))
        #expect(actions == [.send(.dataset([1])), .send(.start(Self.start))])
        return session
    }

    private func ending(_ actions: [RunnerSession.Action]) -> RunEnd? {
        if case .finish(let end) = actions.last { end } else { nil }
    }

    @Test("A task whose modeller says that it is complete is")
    func completed() throws {
        var session = running()
        let result = Self.message(1, 7, [0xCB, 1])
        guard case .relay(let message, .init(rawValue: 7)) = session.received(result, now: .seconds(3)).first else {
            Issue.record("not passed on")
            return
        }
        #expect(message.body == [0xCB, 1])
        #expect(session.delivered(true, now: .seconds(3)) == [.send(.sent(1))])
        let complete = session.fromModeller(.taskComplete, [0xC0], now: .seconds(4))
        #expect(complete == [.send(.message(.taskComplete, [0xC0]))])
        let actions = session.received(Self.done("completed"), now: .seconds(5))
        #expect(actions.first == .send(.end))
        let end = try #require(ending(actions))
        #expect(end.outcome == .completed)
        #expect(end.reason == nil)
        #expect(end.duration == .seconds(3))
        #expect(end.counts == RunCounts(messagesIn: 1, messagesOut: 1, bytesOut: 2))
        #expect(end.resultsSHA256 == Hex.encode(SHA256.hash(SHA256.hash([0xCB, 1]))))
        #expect(session.isFinished)
        #expect(session.deadline == nil)
    }

    @Test("The modeller's word may come after the runner's, but not much later")
    func confirmation() {
        var session = running()
        #expect(session.received(Self.done("completed"), now: .seconds(5)).isEmpty)
        var late = session
        #expect(ending(session.fromModeller(.taskComplete, [0xC0], now: .seconds(14)))?.outcome == .completed)
        #expect(late.deadline == .seconds(15))
        #expect(ending(late.advance(now: .seconds(15)))?.reason == .unconfirmed)
    }

    @Test("Each way to fail has its reason", arguments: RunReason.allCases)
    func failures(reason: RunReason) throws {
        var session = running {
            $0.taskBytes = 4
            $0.refusals = 1
        }
        let now = Duration.seconds(10)
        let actions: [RunnerSession.Action]
        switch reason {
        case .runnerFailed: actions = session.received(Self.done("failed"), now: now)
        case .runnerGone: actions = session.streamEnded(nil, now: now)
        case .runnerBroken: actions = session.streamEnded(.malformedHeader, now: now)
        case .runnerSilent: actions = session.advance(now: .seconds(32))
        case .timeLimit:
            _ = session.received(RunnerFrame("alive", ["rss_kib": 1]), now: .seconds(3_601))
            actions = session.advance(now: .seconds(3_602))
        case .resultLimit: actions = session.received(Self.message(1, 7, [0xC4, 3, 1, 2, 3]), now: now)
        case .unconfirmed:
            _ = session.received(Self.done("completed"), now: now)
            actions = session.advance(now: .seconds(20))
        case .cancelledByModeller:
            let told = session.fromModeller(.taskCancel, [0xC0], now: now)
            #expect(told == [.send(.cancel(.modeller, graceSeconds: 2))])
            actions = session.advance(now: .seconds(12))
        case .cancelledByOperator:
            _ = session.cancel(reason, .operator, grace: .seconds(2), now: now)
            actions = session.received(Self.done("cancelled"), now: now)
        case .modellerGone:
            _ = session.received(Self.message(1, 22), now: now)
            _ = session.delivered(true, now: now)
            _ = session.received(Self.message(2, 10), now: now)
            actions = session.received(Self.done("failed"), now: now)
        case .agentStopped: actions = session.cancel(reason, .shutdown, grace: .zero, now: now)
        case .crashDuringRun: return
        }
        let end = try #require(ending(actions))
        #expect(end.reason == reason)
        #expect(
            end.outcome
                == (["cancelled-by-modeller", "cancelled-by-operator", "agent-stopped"]
                    .contains(reason.rawValue) ? .cancelled : .failed)
        )
        #expect(!end.isConfirmed)
        #expect(end.exception == (reason == .runnerFailed ? "builtins.ValueError" : nil))
        // Nothing that comes afterwards has any effect.
        #expect(session.received(Self.message(9, 7), now: now).isEmpty)
        #expect(session.advance(now: .seconds(9_999)).isEmpty)
        #expect(session.streamEnded(nil, now: now).isEmpty)
    }

    @Test(
        "What no runner may do is broken",
        arguments: [
            [message(2, 7)], [message(1, 7), message(2, 7)], [message(0, 7)], [hello], [ready], [RunnerFrame("sent")],
            [RunnerFrame("done", ["outcome": "splendid"])], [RunnerFrame("message", ["id": 1])],
            [RunnerFrame("alive", body: [1])],
            [message(1, 7), done("completed")],
        ]
    )
    func broken(frames: [RunnerFrame]) {
        var session = running()
        var last: [RunnerSession.Action] = []
        for frame in frames { last = session.received(frame, now: .seconds(3)) }
        #expect(ending(last)?.reason == .runnerBroken)
    }

    @Test("Before its start a runner says hello, then that it is ready, each in time")
    func before() {
        for frames in [
            [Self.ready], [Self.message(1, 7)], [Self.hello, Self.hello], [Self.hello, Self.done("failed")],
            [Self.hello, Self.ready, Self.message(1, 7)], [RunnerFrame("hello", ["protocol": [2], "runner": "x"])],
        ] {
            var session = RunnerSession(rules: RunnerRules(generation: .g1), now: .zero)
            var last: [RunnerSession.Action] = []
            for frame in frames { last = session.received(frame, now: .seconds(1)) }
            #expect(ending(last)?.reason == .runnerBroken)
            #expect(ending(last)?.resultsSHA256 == nil)
        }
        var session = RunnerSession(rules: RunnerRules(generation: .g1), now: .zero)
        #expect(session.deadline == .seconds(5))
        var silent = session
        #expect(ending(silent.advance(now: .seconds(5)))?.reason == .runnerSilent)
        _ = session.received(Self.hello, now: .seconds(4))
        #expect(session.deadline == .seconds(124))
        #expect(session.advance(now: .seconds(123)).isEmpty)
        #expect(ending(session.advance(now: .seconds(124)))?.reason == .runnerSilent)
    }

    @Test("Only what may pass does, in both directions", arguments: -1...41)
    func messageTypes(type: Int) throws {
        let toModeller: Set = [1, 5, 7, 12, 17, 22, 24, 25, 26, 28, 29, 30, 35, 36, 37]
        let fromModeller: Set = [1, 6, 9, 12, 17, 18, 23, 24, 25, 26, 27, 32]
        var session = running()
        let sent = session.received(Self.message(1, type), now: .seconds(3))
        if toModeller.contains(type) {
            guard case .relay = sent.first else {
                Issue.record("\(type) is not passed on: \(sent)")
                return
            }
        } else {
            #expect(sent == [.send(type == 10 ? .sent(1) : .refused(1, .typeNotAllowed))])
        }
        let received = session.fromModeller(MessageType(rawValue: Int32(type)), [0xC0], now: .seconds(4))
        if fromModeller.contains(type) {
            #expect(received == [.send(.message(MessageType(rawValue: Int32(type)), [0xC0]))])
        } else if type == 10 || type == 34 {
            #expect(received == [.send(.cancel(.modeller, graceSeconds: 2))])
        } else {
            #expect(received.isEmpty)
        }
        var quiet = running { $0.relaysProgress = false }
        if (35...37).contains(type) {
            #expect(quiet.received(Self.message(1, type), now: .seconds(3)) == [.send(.sent(1))])
        }
    }

    @Test("A runner is refused sixteen times, and not once more")
    func refusals() {
        var session = running()
        for id in 1...16 {
            // Log records, then content of the other generation.
            let frame = id.isMultiple(of: 2) ? Self.message(id, 16) : Self.message(id, 7, [0x28, 0xB5, 0x2F, 0xFD])
            let reason: RunnerRefusal = id.isMultiple(of: 2) ? .typeNotAllowed : .malformed
            #expect(session.received(frame, now: .seconds(3)) == [.send(.refused(id, reason))])
        }
        let last = session.received(Self.message(17, 3), now: .seconds(3))
        #expect(last.first == .send(.refused(17, .typeNotAllowed)))
        #expect(ending(last)?.reason == .runnerBroken)
        #expect(ending(last)?.counts.refusals == [.typeNotAllowed: 9, .malformed: 8])
    }

    @Test("A message that the service does not take is refused, and the task goes on")
    func undelivered() {
        var session = running()
        _ = session.received(Self.message(1, 25), now: .seconds(3))
        #expect(session.delivered(false, now: .seconds(3)) == [.send(.refused(1, .notDelivered))])
        guard case .relay = session.received(Self.message(2, 25), now: .seconds(3)).first else {
            Issue.record("the next message is not passed on")
            return
        }
    }

    @Test("A modeller that said that the task is complete is sent nothing more")
    func confirmed() {
        var session = running()
        _ = session.fromModeller(.taskComplete, [0xC0], now: .seconds(3))
        let end = ending(session.streamEnded(nil, now: .seconds(4)))
        #expect(end?.reason == .runnerGone)
        #expect(end?.isConfirmed == true)
    }

    @Test("A modeller that answers is not gone")
    func presence() {
        var session = running()
        _ = session.received(Self.message(1, 22), now: .seconds(3))
        _ = session.delivered(true, now: .seconds(3))
        _ = session.fromModeller(MessageType(rawValue: 23), [0xC0], now: .seconds(4))
        _ = session.received(Self.message(2, 10), now: .seconds(5))
        #expect(ending(session.received(Self.done("failed"), now: .seconds(5)))?.reason == .runnerFailed)
    }

    @Test("Reasons and outcomes are never renamed")
    func words() {
        #expect(
            RunReason.allCases.map(\.rawValue) == [
                "runner-failed", "runner-gone", "runner-broken", "runner-silent", "time-limit", "result-limit",
                "unconfirmed", "cancelled-by-modeller", "cancelled-by-operator", "modeller-gone", "agent-stopped",
                "crash-during-run",
            ]
        )
        #expect(RunOutcome.allCases.map(\.rawValue) == ["completed", "failed", "cancelled"])
        #expect(
            RunnerRefusal.allCases.map(\.rawValue) == ["type-not-allowed", "malformed", "too-much", "not-delivered"]
        )
    }
}
