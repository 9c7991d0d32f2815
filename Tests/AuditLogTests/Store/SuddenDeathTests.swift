// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// A process that is killed while it records, decides and signs.
@Suite struct SuddenDeathTests {
    /// How often a process is killed; `Scripts/sudden-death-test` asks for more.
    private static let rounds =
        ProcessInfo.processInfo.environment["POD_AGENT_SUDDEN_DEATHS"].flatMap { Int($0) } ?? 8
    /// How many processes one after the other go on with the same files.
    private static let lives = 8
    /// How the process that dies is told what to do: before Swift 6.3 the test's closure can capture nothing.
    private static let pathVariable = "POD_AGENT_SUDDEN_DEATH_PATH"
    private static let roundVariable = "POD_AGENT_SUDDEN_DEATH_ROUND"

    @Test func whatWasAcknowledgedIsThereAndNothingIsHalfDone() async throws {
        for first in stride(from: 0, to: Self.rounds, by: Self.lives) {
            let directory = try TemporaryDirectory()
            let path = directory.path
            for round in first..<min(first + Self.lives, Self.rounds) {
                setenv(Self.pathVariable, path, 1)
                setenv(Self.roundVariable, "\(round)", 1)
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    let environment = ProcessInfo.processInfo.environment
                    try await Self.workUntilKilled(
                        in: try #require(environment[Self.pathVariable]),
                        round: try #require(environment[Self.roundVariable].flatMap { Int($0) })
                    )
                }
                try await Self.check(in: path, "round \(round)")
            }
        }
    }

    /// Signs so often that the process is as likely to die in that as in anything else.
    private static func signing(in path: String) -> AuditSigning {
        AuditSigning(logOwner: "alice/hospital", keyDirectory: URL(filePath: path + "/keys"), entries: 5)
    }

    /// Notes in a file each decision that was reported as durable, and dies after some of them in the middle of others.
    private static func workUntilKilled(in path: String, round: Int) async throws {
        let store = try AgentStore(path: path + "/agent.sqlite")
        try await store.startSigning(signing(in: path))
        let notes = open(path + "/notes", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let (victim, lastTurn) = (round % 16, 1 + round * 7 % 29)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for turn in 0... {
                        let task = "\(round)-\(worker)-\(turn)"
                        let id = try await store.tasks.receive(.sample(task)).id
                        let claim = try await store.tasks.claim(
                            id,
                            taskID: task,
                            target: "alice/heart-data",
                            requestSHA256: task,
                            entry: .received(task: task)
                        )
                        guard claim == .fresh else { return }
                        let reply = StoredReply.sample(task)
                        try await store.tasks.decide(id, entry: .decided(.accept, task: task), reply: reply)
                        let line = Array("\(task)\n".utf8)
                        guard write(notes, line, line.count) == line.count else { return }
                        if worker == victim, turn == lastTurn { kill(getpid(), SIGKILL) }
                        if worker == victim, turn == lastTurn / 2 { try await store.rotateKey() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func check(in path: String, _ what: Comment) async throws {
        let store = try AgentStore(path: path + "/agent.sqlite")
        // Fails if the log doesn't hold what the last checkpoint beside the key says.
        let newest = try #require(try await store.startSigning(signing(in: path)))
        let notes = try String(contentsOfFile: path + "/notes", encoding: .utf8)
        // A note that the kill cut short has no line end.
        let noted = notes.split(separator: "\n", omittingEmptySubsequences: true)
            .dropLast(notes.hasSuffix("\n") ? 0 : 1).map(String.init)
        let entries = try await store.entries().collected()
        #expect(entries.map(\.sequence) == Array(0..<Int64(entries.count)), what)
        let decided = entries.filter { $0.entry.type == .accessDecision }.compactMap(\.entry.task)
        let received = Set(entries.filter { $0.entry.type == .taskReceived }.compactMap(\.entry.task))
        #expect(Set(decided).count == decided.count, what)
        #expect(Set(noted).isSubset(of: decided), what)
        #expect(Set(decided).isSubset(of: received), what)
        let replies = try await store.tasks.pendingReplies(limit: .max)
        #expect(replies.compactMap(\.reply.sampleContent).sorted() == decided.sorted(), what)
        let unfinished = try await store.tasks.unfinishedInbox(limit: .max).compactMap(\.message.sampleContent)
        #expect(Set(unfinished).isDisjoint(with: decided), what)
        try await store.close()
        let report = try await SampleLog.verify(path + "/agent.sqlite", VerificationRequest(checkpoints: [newest]))
        #expect(report.findings == [], what)
        #expect(report.entries == entries.count && report.signedEntries == report.entries, what)
    }
}
