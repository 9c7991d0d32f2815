// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct AuditQueryTests {
    @Test func eachFilterAndAllTogetherAgreeWithAPlainScan() async throws {
        let directory = try TemporaryDirectory()
        let clock = TestEnvironment()
        let store = try AgentStore(path: directory.path("agent.sqlite"), environment: clock.environment)
        var generator = SeededGenerator(seed: 5)
        var all: [RecordedEntry] = []
        for _ in 0..<700 {
            // The wall clock may go back; the query must not rely on its order.
            clock.jump(milliseconds: Int64.random(in: -300...1_000, using: &generator))
            var entry = AuditEntry(AuditEntryType.allCases.randomElement(using: &generator) ?? .agentStart)
            entry.modeller = ["bob", "eve", nil].randomElement(using: &generator) ?? nil
            entry.dataset = ["heart", "lung", nil].randomElement(using: &generator) ?? nil
            entry.task = ["1", "2", "3", nil].randomElement(using: &generator) ?? nil
            entry.decision = [.accept, .reject, nil].randomElement(using: &generator) ?? nil
            all.append(try await store.append(entry))
        }
        for _ in 0..<300 {
            let query = Self.randomQuery(among: all, &generator)
            let found = try await store.entries(matching: query).collected()
            #expect(found == Self.scan(all, query))
        }
        try await store.close()
    }

    @Test func aReaderSeesTheLogBesideARunningAgentAndAfterIt() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("agent.sqlite")
        let store = try AgentStore(path: path)
        try await store.append(AuditEntry(.agentStart))
        let reader = try AgentStore.reader(path)
        #expect(try await reader.entries().collected().count == 1)
        try await store.append(AuditEntry(.agentStop))
        #expect(try await reader.entries().collected().count == 2)
        try reader.close()
        try await store.close()
        let later = try AgentStore.reader(path)
        #expect(
            try await later.entries(matching: AuditQuery(limit: 1, order: .newestFirst)).collected().map(\.entry.type)
                == [.agentStop]
        )
        try later.close()
    }

    @Test func theResultEndsWhereTheLogStoodAtItsStart() async throws {
        let directory = try TemporaryDirectory()
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        for _ in 0..<600 { try await store.append(AuditEntry(.agentStart)) }
        var seen = 0
        for try await _ in store.entries() {
            if seen == 0 { try await store.append(AuditEntry(.agentStop)) }
            seen += 1
        }
        #expect(seen == 600)
        try await store.close()
    }

    @Test func aMissingFileIsNamed() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: StoreError(.inaccessible, "")) { try AgentStore.reader(directory.path("agent.sqlite")) }
    }

    private static func randomQuery(among all: [RecordedEntry], _ generator: inout SeededGenerator) -> AuditQuery {
        var query = AuditQuery()
        func some() -> Bool { Int.random(in: 0..<4, using: &generator) == 0 }
        if some() { query.from = all.randomElement(using: &generator)?.at }
        if some() { query.until = all.randomElement(using: &generator)?.at }
        if some() { query.modeller = ["bob", "eve", "nobody"].randomElement(using: &generator) }
        if some() { query.dataset = ["heart", "lung"].randomElement(using: &generator) }
        if some() { query.task = ["1", "2", "3"].randomElement(using: &generator) }
        if some() { query.decision = [.accept, .reject].randomElement(using: &generator) }
        if some() { query.types = Set(AuditEntryType.allCases.shuffled(using: &generator).prefix(5)) }
        if some() {
            let bounds = (0..<2).map { _ in Int64.random(in: -10...800, using: &generator) }.sorted()
            query.sequences = bounds[0]..<bounds[1]
        }
        if some() { query.limit = Int.random(in: 0...600, using: &generator) }
        query.order = Bool.random(using: &generator) ? .oldestFirst : .newestFirst
        return query
    }

    private static func scan(_ all: [RecordedEntry], _ query: AuditQuery) -> [RecordedEntry] {
        let matching = all.filter { recorded in
            let entry = recorded.entry
            return (query.from.map { recorded.at >= $0 } ?? true) && (query.until.map { recorded.at < $0 } ?? true)
                && (query.modeller.map { entry.modeller == $0 } ?? true)
                && (query.dataset.map { entry.dataset == $0 } ?? true)
                && (query.task.map { entry.task == $0 } ?? true)
                && (query.decision.map { entry.decision == $0 } ?? true)
                && (query.types.isEmpty || query.types.contains(entry.type))
                && (query.sequences.map { $0.contains(recorded.sequence) } ?? true)
        }
        let ordered = query.order == .oldestFirst ? matching : matching.reversed()
        return Array(ordered.prefix(query.limit ?? .max))
    }
}
