// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// The power fails, 100 times for each seed: from what was done to the files up to a random moment, and a random part of what had
/// not been synchronized, the state is opened again.
@Suite struct PowerLossTests {
    /// Some of the rounds; `Scripts/power-loss-test` asks for all of them.
    private static let seeds =
        ProcessInfo.processInfo.environment["POD_AGENT_POWER_LOSS_SEEDS"].flatMap { Int($0) } ?? 1

    @Test(arguments: 0..<seeds) func nothingThatWasAcknowledgedIsLost(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(1_000 + seed))
        let session = try await Session.run(seed: seed)
        for round in 0..<100 {
            let end = Int.random(in: 0...session.history.count, using: &generator)
            let directory = try TemporaryDirectory()
            for (name, bytes) in session.history.files(after: end, &generator) {
                try Data(bytes).write(to: URL(filePath: directory.path(name)))
            }
            try await session.check(in: directory, after: end, "seed \(seed), round \(round), event \(end)")
        }
    }

    /// What the store acknowledged, by how much had been done to the files then.
    private final class Acknowledged: Sendable {
        struct State: Sendable {
            var entries: [(events: Int, body: [UInt8])] = []
            var decisions: [(events: Int, reply: String)] = []
            var checkpoints: [(events: Int, checkpoint: SignedCheckpoint)] = []
        }

        let state = Mutex(State())
    }

    /// A run of the store under load, and what it acknowledged when.
    private struct Session {
        let directory: TemporaryDirectory
        let history: DiskHistory
        let acknowledged: Acknowledged.State

        static func run(seed: Int) async throws -> Session {
            let directory = try TemporaryDirectory()
            let history = RecordingFileSystem.record(directory.path)
            let store = try AgentStore(path: directory.path("agent.sqlite"), limits: StoreLimits(reserveBytes: 0))
            var signing = AuditSigning(logOwner: "a/b", keyDirectory: URL(filePath: directory.path("keys")))
            signing.entries = 7
            try await store.startSigning(signing)
            let acknowledged = Acknowledged()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        for turn in 0..<12 {
                            let name = "\(seed)-\(worker)-\(turn)"
                            let entry = try await store.append(.received(task: name))
                            let id = try await store.tasks.receive(.sample(name)).id
                            let record = try await store.tasks.decide(
                                id,
                                entry: .decided(.accept, task: name),
                                reply: .sample(name)
                            )
                            let now = history.count
                            acknowledged.state.withLock {
                                $0.entries += [(now, entry.body), (now, record.entry.body)]
                                $0.decisions.append((now, name))
                            }
                            if turn == 5, worker == 0, let signed = try await store.checkpoint() {
                                acknowledged.state.withLock { $0.checkpoints.append((history.count, signed)) }
                            }
                            if turn == 8, worker == 1 {
                                // A checkpoint of the write-ahead log, so that the database file itself is written to.
                                try await store.log.store.writeOutsideTransaction("a test") { db in
                                    try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await store.close()
            RecordingFileSystem.stop(directory.path)
            let state = acknowledged.state.withLock { $0 }
            return Session(directory: directory, history: history, acknowledged: state)
        }

        func check(in copy: TemporaryDirectory, after end: Int, _ what: Comment) async throws {
            let store = try AgentStore(path: copy.path("agent.sqlite"), limits: StoreLimits(reserveBytes: 0))
            let lines = Set(try await store.entries().collected().map(\.body))
            #expect(acknowledged.entries.allSatisfy { $0.events > end || lines.contains($0.body) }, what)
            let replies = try await store.tasks.pendingReplies(limit: .max).map {
                $0.reply.sampleContent ?? ""
            }
            #expect(Set(replies).count == replies.count, what)
            #expect(acknowledged.decisions.allSatisfy { $0.events > end || replies.contains($0.reply) }, what)
            let known = acknowledged.checkpoints.filter { $0.events <= end }.map(\.checkpoint)
            let report = try await SampleLog.verify(copy.path("agent.sqlite"), VerificationRequest(checkpoints: known))
            #expect(report.findings == [], what)
            // And the log goes on.
            try await store.append(AuditEntry(.agentStart))
            try await store.close()
        }
    }
}
