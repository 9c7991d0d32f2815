// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import GRDB
import StateStore
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

/// How much of other people's messages is kept.
@Suite struct InboxRoomTests {
    private struct Row: Equatable {
        var isKept: Bool
        var bytes: Int
    }

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func store(_ change: (inout TaskStoreLimits) -> Void = { _ in }) throws -> AgentStore {
        var limits = TaskStoreLimits()
        change(&limits)
        return try AgentStore(path: directory.path("agent.sqlite"), taskLimits: limits)
    }

    private func message(_ number: Int, bytes: Int = 1_000) -> StoredMessage {
        var message = StoredMessage.sample("\(number)")
        message.payload += [UInt8](repeating: UInt8(ascii: " "), count: bytes - message.payload.count)
        return message
    }

    private func rows(_ store: AgentStore) async throws -> [Row] {
        try await store.log.store.read("rows were being read") { db in
            try GRDB.Row.fetchAll(db, sql: "SELECT payload IS NOT NULL, payload_bytes FROM inbox ORDER BY id")
                .map { Row(isKept: $0[0], bytes: $0[1]) }
        }
    }

    @Test func onlyMessagesOfAcceptedTasksAreKeptOn() async throws {
        let store = try store()
        for (number, decision) in [AuditEntry.Decision.accept, .reject].enumerated() {
            let id = try await store.tasks.receive(message(number)).id
            try await store.tasks.decide(id, entry: .decided(decision, task: "\(number)"), reply: .sample("r"))
        }
        let malformed = try await store.tasks.receive(message(2)).id
        try await store.tasks.drop(malformed, entry: AuditEntry(.taskMalformed))
        let damaged = try await store.tasks.receive(message(3)).id
        try await store.tasks.drop(damaged, entry: AuditEntry(.taskMalformed), keepsPayload: true)
        _ = try await store.tasks.receive(message(4))
        #expect(
            try await rows(store) == [true, false, false, true, true].map { Row(isKept: $0, bytes: 1_000) }
        )
        #expect(try await SampleLog.verify(directory.path("agent.sqlite")).findings == [])
        try await store.close()
    }

    @Test func beyondTheQuotaMessagesWaitUntilOthersAreDecided() async throws {
        let store = try store { $0.inboxBytes = 3_500 }
        var ids: [InboxID] = []
        for number in 0..<3 { ids.append(try await store.tasks.receive(message(number)).id) }
        await #expect(throws: StoreError(.noRoom, "")) { try await store.tasks.receive(message(3)) }
        #expect(store.health.store.isWritable)
        // What is known already needs no more room.
        #expect(try await store.tasks.receive(message(2)).isNew == false)
        try await store.tasks.decide(ids[0], entry: .decided(.reject, task: "0"), reply: nil)
        #expect(try await store.tasks.receive(message(3)).isNew)
        try await store.close()
    }

    @Test func whatIsFinishedGivesWayToWhatIsNot() async throws {
        let store = try store { $0.inboxBytes = 3_500 }
        for number in 0..<3 {
            let id = try await store.tasks.receive(message(number)).id
            try await store.tasks.decide(id, entry: .decided(.accept, task: "\(number)"), reply: nil)
        }
        #expect(try await store.tasks.receive(message(3)).isNew)
        #expect(try await rows(store).map(\.isKept).last == true)
        #expect(try await rows(store).map(\.bytes) == Array(repeating: 1_000, count: 4))
        try await store.close()
    }

    @Test func aMessageThatIsLargerThanTheQuotaIsTakenAlone() async throws {
        let store = try store { $0.inboxBytes = 500 }
        let id = try await store.tasks.receive(message(1)).id
        await #expect(throws: StoreError(.noRoom, "")) { try await store.tasks.receive(message(2)) }
        try await store.tasks.drop(id, entry: AuditEntry(.taskMalformed))
        #expect(try await store.tasks.receive(message(2)).isNew)
        try await store.close()
    }

    @Test func payloadsAreRemovedInSmallSteps() async throws {
        let store = try store { $0.prunedBytes = 2_500 }
        for number in 0..<7 {
            let id = try await store.tasks.receive(message(number)).id
            try await store.tasks.decide(id, entry: .decided(.accept, task: "\(number)"), reply: nil)
        }
        // They may be kept for days yet.
        #expect(try await store.tasks.prunePayloads() == 0)
        var steps: [Int] = []
        while steps.last != 0 { steps.append(try await store.tasks.prunePayloads(isPressing: true)) }
        #expect(steps == [3, 3, 1, 0])
        #expect(try await rows(store).filter(\.isKept).isEmpty)
        try await store.close()
    }

    @Test func unfinishedMessagesAreReadInPortions() async throws {
        let store = try store()
        for number in 0..<5 { _ = try await store.tasks.receive(message(number)) }
        var last: InboxID?
        var portions: [Int] = []
        while case let rows = try await store.tasks.unfinishedInbox(after: last, bytes: 1_500), let end = rows.last {
            portions.append(rows.count)
            last = end.id
        }
        #expect(portions == [2, 2, 1])
        try await store.close()
    }
}
