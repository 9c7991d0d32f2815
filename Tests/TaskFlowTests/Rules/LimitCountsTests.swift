// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import GRDB
import MessagePack
import TestSupport
import Testing

@testable import OwnerPolicy
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite("Acceptances that limits count")
struct LimitCountsTests {
    private let directory: TemporaryDirectory
    private let clock = TestEnvironment()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func open() throws -> AgentStore {
        try AgentStore(path: directory.path("agent.sqlite"), environment: clock.environment)
    }

    private func use(_ bound: Int, per hours: Int? = nil, each: RuleLimit.Scope = .modeller) -> CountedUse {
        CountedUse(
            use: LimitUse(rule: "daily", subject: each == .all ? "" : "alice"),
            limit: RuleLimit(count: bound, window: hours.map { .seconds($0 * 3_600) }, each: each),
            reason: "Enough"
        )
    }

    /// Whether an acceptance is stored.
    private func accept(_ store: AgentStore, _ name: String, _ counted: CountedUse) async throws -> Bool {
        let receipt = try await store.tasks.receive(.sample(name))
        let reply = StoredReply(bytes: [1])
        let result = try await store.tasks.accept(
            receipt.id,
            entry: .decided(.accept, task: name),
            reply: reply,
            counting: [counted]
        )
        if case .success = result { return true }
        #expect(try await store.tasks.unfinishedInbox().count == 1)
        _ = try await store.tasks.drop(receipt.id, entry: AuditEntry(.taskMalformed))
        return false
    }

    private func isReached(_ store: AgentStore, _ counted: CountedUse) async throws -> Bool {
        let now = clock.environment.milliseconds
        return try await store.log.store.read("test") {
            try LimitTable.isReached(counted.use, counted.limit, milliseconds: now, in: $0)
        }
    }

    @Test("The bound is kept when the acceptance is stored, whatever was evaluated before")
    func bound() async throws {
        let store = try open()
        let counted = use(2, per: 24)
        #expect(try await accept(store, "a", counted))
        #expect(try await !isReached(store, counted))
        #expect(try await accept(store, "b", counted))
        #expect(try await isReached(store, counted))
        #expect(try await !accept(store, "c", counted))
        #expect(try await store.entries().collected().map(\.entry.decision) == [.accept, .accept, nil])
        try await store.close()
    }

    @Test("The counts are right after a restart, and the window slides")
    func restart() async throws {
        let counted = use(2, per: 24)
        var store = try open()
        #expect(try await accept(store, "a", counted))
        clock.advance(milliseconds: 3_600_000)
        #expect(try await accept(store, "b", counted))
        try await store.close()
        store = try open()
        #expect(try await isReached(store, counted))
        clock.advance(milliseconds: 23 * 3_600_000 - 1)
        #expect(try await isReached(store, counted))
        clock.advance(milliseconds: 1)
        #expect(try await !isReached(store, counted))
        #expect(try await accept(store, "c", counted))
        #expect(try await isReached(store, counted))
        try await store.close()
    }

    @Test("A bound in total never opens again")
    func total() async throws {
        let store = try open()
        let counted = use(1, each: .all)
        #expect(try await accept(store, "a", counted))
        clock.advance(milliseconds: 10 * 365 * 86_400_000)
        #expect(try await isReached(store, counted))
        try await store.close()
    }

    @Test("A clock that was set back opens no window wider, also once it is right again")
    func clockStep() async throws {
        let store = try open()
        let counted = use(2, per: 24)
        #expect(try await accept(store, "a", counted))
        clock.jump(milliseconds: -30 * 3_600_000)
        #expect(try await accept(store, "b", counted))
        #expect(try await isReached(store, counted))
        clock.jump(milliseconds: 30 * 3_600_000)
        #expect(try await isReached(store, counted))
        clock.advance(milliseconds: 24 * 3_600_000)
        #expect(try await !isReached(store, counted))
        try await store.close()
    }

    @Test("Counts are each subject's own, and under each rule's name")
    func subjects() async throws {
        let store = try open()
        #expect(try await accept(store, "a", use(1)))
        #expect(try await isReached(store, use(1)))
        for other in [LimitUse(rule: "daily", subject: "bob"), LimitUse(rule: "weekly", subject: "alice")] {
            #expect(try await !isReached(store, CountedUse(use: other, limit: use(1).limit, reason: nil)))
        }
        try await store.close()
    }

    @Test("The rows are sealed, counted and never removed; who is forgotten stands in none")
    func upkeep() async throws {
        let store = try open()
        #expect(try await accept(store, "a", use(1)))
        await #expect(throws: (any Error).self) {
            try await store.log.store.write { try $0.execute(sql: "DELETE FROM limit_use") }
        }
        #expect(try await store.log.store.write { try RuleTables().forget("alice", in: $0) } == 1)
        #expect(try await !isReached(store, use(1)))
        let subjects = try await store.log.store.read("test") {
            try String.fetchAll(
                $0,
                sql: "SELECT subject FROM limit_use WHERE seal = row_seal(rule, subject, scope, seq, at_ms)"
            )
        }
        #expect(subjects == [""])
        try await store.close()
    }

    @Test("They are taken over from a log that is set aside")
    func salvage() async throws {
        let store = try open()
        let counted = use(2, per: 24)
        #expect(try await accept(store, "a", counted))
        #expect(try await accept(store, "b", counted))
        try await store.close()
        let rows = try #require(RuleTables().salvage(from: DamagedState(path: directory.path("agent.sqlite"))))
        let other = try AgentStore(path: directory.path("other.sqlite"), environment: clock.environment)
        #expect(try await other.log.store.write { try rows($0) } == 2)
        #expect(try await isReached(other, counted))
        try await other.close()
    }

    @Test("A task whose limit others reached meanwhile is refused on record")
    func race() async throws {
        let counted = use(1)
        let scene = try TaskScene(counted: [counted])
        for task in ["task-1", "task-2"] {
            var request = ModellerRequest(taskID: task)
            request.protocolDocument["name"] = .string(task)
            await scene.pipeline.process(try await scene.keep(try await request.message()))
        }
        #expect(scene.messages.sent.map(\.type) == [.jobAccept, .taskAbort, .jobReject])
        let decisions = try await scene.entries(.accessDecision)
        #expect(decisions.map(\.reason) == ["accepted", "policy-limit"])
        #expect(decisions.map(\.rules?.result) == ["passed", "limit-reached"])
        #expect(decisions.map(\.rules?.rule) == [nil, "daily"])
        #expect(decisions.map(\.rules?.reason) == [nil, "Enough"])
        #expect(decisions.allSatisfy { $0.content != nil })
    }
}
