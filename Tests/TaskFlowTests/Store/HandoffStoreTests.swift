// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite("What is kept of tasks that run") struct HandoffStoreTests {
    let directory: TemporaryDirectory
    let clock = TestEnvironment()
    let store: AgentStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path("agent.sqlite"), environment: clock.environment)
    }

    private func accept(_ name: String) async throws -> (id: InboxID, reply: ReplyID) {
        let id = try await store.tasks.receive(.sample(name)).id
        let entry = AuditEntry.received(task: name)
        _ = try await store.tasks.claim(id, taskID: name, target: "acme/ward", requestSHA256: name, entry: entry)
        let record = try await store.tasks.decide(
            id,
            entry: .decided(.accept, task: name),
            reply: .sample("accepted"),
            handingOffWith: .sample("restarted")
        )
        return (id, try #require(record.reply))
    }

    @Test("An accepted task is unfinished until it has ended, and its abort is what was sealed")
    func interrupted() async throws {
        let (id, _) = try await accept("one")
        let row = try #require(try await store.tasks.interruptedRuns().first)
        #expect(row.id == id)
        #expect(row.task == "one")
        #expect(row.target == "acme/ward")
        #expect(row.modeller == "bob")
        #expect(row.abort.sampleContent == "restarted")
        try await store.tasks.beginRun(id, entry: AuditEntry(.taskHandedOff))
        #expect(try await store.tasks.interruptedRuns().count == 1)
        _ = try await store.tasks.finishRun(id, entry: AuditEntry(.taskFinished), abort: row.abort)
        #expect(try await store.tasks.interruptedRuns().isEmpty)
    }

    @Test("No task begins twice, ends twice, or begins after its end")
    func once() async throws {
        let (id, _) = try await accept("one")
        try await store.tasks.beginRun(id, entry: AuditEntry(.taskHandedOff))
        await #expect(throws: StoreError(.alreadyDecided, "")) {
            try await store.tasks.beginRun(id, entry: AuditEntry(.taskHandedOff))
        }
        _ = try await store.tasks.finishRun(id, entry: AuditEntry(.taskFinished), abort: nil)
        await #expect(throws: StoreError(.alreadyDecided, "")) {
            try await store.tasks.finishRun(id, entry: AuditEntry(.taskFinished), abort: nil)
        }
        await #expect(throws: StoreError(.alreadyDecided, "")) {
            try await store.tasks.beginRun(id, entry: AuditEntry(.taskHandedOff))
        }
        // A task without a row was never handed to a runner.
        await #expect(throws: StoreError(.alreadyDecided, "")) {
            try await store.tasks.beginRun(InboxID(99), entry: AuditEntry(.taskHandedOff))
        }
        let types = try await store.entries().collected().map(\.entry.type)
        #expect(types == [.taskReceived, .accessDecision, .taskHandedOff, .taskFinished])
    }

    @Test("An abort waits until the acceptance before it is sent, and is sent again with it")
    func order() async throws {
        let (id, acceptance) = try await accept("one")
        let abort = try #require(
            try await store.tasks.finishRun(id, entry: AuditEntry(.taskFinished), abort: .sample("failed"))
        )
        #expect(abort.description == "abort-1")
        #expect(try await store.tasks.pendingReplies().map(\.id) == [acceptance])
        try await store.tasks.markSent(acceptance, entry: AuditEntry(.replySent))
        let pending = try await store.tasks.pendingReplies()
        #expect(pending.map(\.id) == [abort])
        #expect(pending.first?.reply.sampleContent == "failed")
        #expect(pending.first?.inboxID == id)
        #expect(pending.first?.decidedAt == clock.now)
        #expect(try await store.tasks.isPending(abort))
        #expect(try await store.tasks.delivery(of: acceptance) == .sent)
        #expect(try await store.tasks.delivery(of: abort) == .pending)
        try await store.tasks.markFailed(abort, nextAttempt: clock.now + 5, entry: nil)
        #expect(try await store.tasks.pendingReplies().first?.attempts == 1)
        try await store.tasks.markSent(abort, entry: AuditEntry(.replySent))
        #expect(try await store.tasks.pendingReplies().isEmpty)

        try await store.tasks.resendReply(for: id)
        #expect(try await store.tasks.pendingReplies().map(\.id) == [acceptance])
        try await store.tasks.markSent(acceptance, entry: AuditEntry(.replySent))
        #expect(try await store.tasks.pendingReplies().map(\.id) == [abort])
    }

    @Test("Nothing that names the modeller is kept longer than it may be needed")
    func pruning() async throws {
        let (id, acceptance) = try await accept("one")
        let abort = try #require(
            try await store.tasks.finishRun(id, entry: AuditEntry(.taskFinished), abort: .sample("failed"))
        )
        try await store.tasks.markSent(acceptance, entry: AuditEntry(.replySent))
        clock.advance(milliseconds: 8 * 86_400_000)
        #expect(try await store.tasks.prunePayloads() == 1)
        // Not while it waits.
        #expect(try await store.tasks.pendingReplies().map(\.id) == [abort])
        try await store.tasks.markSent(abort, entry: AuditEntry(.replySent))
        #expect(try await store.tasks.prunePayloads() == 1)
        #expect(try await store.tasks.prunePayloads() == 0)
        let left = try await store.log.store.read("what is left was being read") { db in
            try Int.fetchOne(
                db,
                sql: "SELECT sum(length(abort)) + (SELECT sum(length(reply)) FROM handoff_abort) FROM handoff"
            )
        }
        #expect(left == 0)
        // What is no longer there is not sent again.
        try await store.tasks.resendReply(for: id)
        #expect(try await store.tasks.pendingReplies().map(\.id) == [acceptance])
        try await store.close()
        let report = try await SampleLog.verify(directory.path("agent.sqlite"))
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    @Test("What is kept is sound")
    func sound() async throws {
        for name in ["one", "two", "three"] { _ = try await accept(name) }
        let runs = try await store.tasks.interruptedRuns()
        try await store.tasks.beginRun(runs[0].id, entry: AuditEntry(.taskHandedOff))
        _ = try await store.tasks.finishRun(runs[0].id, entry: AuditEntry(.taskFinished), abort: .sample("failed"))
        try await store.tasks.beginRun(runs[1].id, entry: AuditEntry(.taskHandedOff))
        try await store.close()
        let report = try await SampleLog.verify(directory.path("agent.sqlite"))
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    @Test("States are never renamed")
    func words() {
        #expect(ReplyDelivery.allCases.map(\.rawValue) == ["pending", "sent", "abandoned"])
    }
}
