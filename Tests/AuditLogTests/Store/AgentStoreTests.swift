// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct AgentStoreTests {
    let directory: TemporaryDirectory
    var path: String { directory.path("agent.sqlite") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func numbersEntriesFromZeroWithoutGapsAcrossRuns() async throws {
        var boots: Set<String> = []
        for run in 0..<3 {
            let store = try AgentStore(path: path)
            for index in 0..<4 {
                let recorded = try await store.append(AuditEntry(.agentStart))
                #expect(recorded.sequence == Int64(run * 4 + index))
                boots.insert(recorded.boot)
            }
            #expect(store.health.entries == Int64(run * 4 + 4))
            try await store.close()
        }
        #expect(boots.count == 3)
    }

    @Test func keepsItsPromisesInTheDatabaseSettings() async throws {
        let store = try AgentStore(path: path)
        let settings = try await store.log.store.write { db in
            try ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "application_id", "user_version"]
                .map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(
            settings == ["wal", "2", "1", "0", "1347372097", "\(AuditLog.plan(AgentStore.features).currentVersion)"]
        )
        for name in ["agent.sqlite", "agent.sqlite-wal", "agent.sqlite-shm", "agent.sqlite.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try await store.close()
    }

    @Test func takesOtherPeoplesRightsAway() async throws {
        let store = try AgentStore(path: path)
        try await store.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try await AgentStore(path: path).close()
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func aSecondAgentIsRefusedUntilTheFirstIsGone() async throws {
        let first = try AgentStore(path: path)
        #expect(throws: StoreError(.alreadyOpen, "")) { try AgentStore(path: path) }
        try await first.append(AuditEntry(.agentStart))
        try await first.close()
        let second = try AgentStore(path: path)
        #expect(second.health.entries == 1)
        try await second.close()
    }

    @Test func aNewerSchemaIsRefusedAndLeftAlone() async throws {
        try await AgentStore(path: path).close()
        try withDatabase { try $0.execute(sql: "PRAGMA user_version = 99") }
        let error = #expect(throws: StoreError.self) { try AgentStore(path: path) }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("99") == true)
        #expect(throws: StoreError(.newerSchema, "")) { try AgentStore.reader(path) }
        let version = try withDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == 99)
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        try withDatabase { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        #expect(throws: StoreError(.foreignDatabase, "")) { try AgentStore(path: path) }
        #expect(throws: StoreError(.foreignDatabase, "")) { try AgentStore.reader(path) }
        let tables = try withDatabase { try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema") }
        #expect(tables == ["recipes"])
    }

    @Test func aFileThatIsNoDatabaseIsDamageAndLeftAlone() throws {
        let junk =
            Data("this is not a database, and longer than a header of one hundred bytes. ".utf8) + Data(count: 4_096)
        try junk.write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError(.damaged, "")) { try AgentStore(path: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == junk)
    }

    @Test func aDamagedPageIsFoundAtStart() async throws {
        let store = try AgentStore(path: path)
        for index in 0..<200 { try await store.append(.received(task: "task-\(index)")) }
        try await store.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for page in stride(from: 4_096 * 8, to: bytes.count, by: 4_096) { bytes[page] ^= 0xFF }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError(.damaged, "")) { try AgentStore(path: path) }
    }

    @Test func aMissingDirectoryIsNamed() {
        let error = #expect(throws: StoreError.self) { try AgentStore(path: directory.path("missing/agent.sqlite")) }
        #expect(error?.code == .inaccessible)
        #expect(error?.description.contains("missing") == true)
    }

    @Test(arguments: [
        "UPDATE entry SET body = body", "UPDATE entry SET seq = seq + 10", "DELETE FROM entry",
        "UPDATE task SET task_id = 'x'", "DELETE FROM task", "UPDATE outbox SET reply = x'00'",
        "UPDATE inbox SET state = 'received', done_seq = NULL, done_ms = NULL",
    ])
    func theDatabaseItselfForbidsChanges(_ statement: String) async throws {
        let store = try AgentStore(path: path)
        let id = try await store.tasks.receive(.sample("a")).id
        _ = try await store.tasks.claim(id, taskID: "t", target: "a/b", requestSHA256: "h", entry: .received(task: "t"))
        try await store.tasks.decide(id, entry: .decided(.accept, task: "t"), reply: StoredReply(bytes: [1]))
        let before = try await store.entries().collected()
        await #expect(throws: StoreError(.constraint, "")) {
            try await store.log.store.write { db in try db.execute(sql: statement) }
        }
        #expect(try await store.entries().collected() == before)
        try await store.close()
    }

    @Test func afterCloseNothingIsRecorded() async throws {
        let store = try AgentStore(path: path)
        try await store.close()
        await #expect(throws: StoreError(.closed, "")) { try await store.append(AuditEntry(.agentStop)) }
    }

    @Test func aFullDiskFailsEveryWriteUntilThereIsRoom() async throws {
        let store = try AgentStore(path: path)
        try await store.append(AuditEntry(.agentStart))
        try await store.log.store.write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        var recorded: Int64 = 1
        let error = await #expect(throws: StoreError.self) {
            while true {
                try await store.append(.complete)
                recorded += 1
            }
        }
        #expect(error?.code == .diskFull)
        #expect(store.health.store.isWritable == false)
        #expect(store.health.store.fault?.code == .diskFull)

        try await store.log.store.write { db in try db.execute(sql: "PRAGMA max_page_count = 1000000") }
        #expect(store.health.store.isWritable)
        #expect(try await store.append(AuditEntry(.agentStop)).sequence == recorded)
        #expect(try await store.entries().collected().count == Int(recorded) + 1)
        try await store.log.store.probe()
        try await store.close()
    }

    @Test func aWriteThatTheCallerGotWrongHarmsNoOther() async throws {
        let store = try AgentStore(path: path)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    if index.isMultiple(of: 3) {
                        await #expect(throws: StoreError(.constraint, "")) {
                            try await store.log.write { transaction in
                                _ = try transaction.recorder.record(
                                    EntryDraft(.received(task: "never")),
                                    in: transaction.db
                                )
                                try transaction.db.execute(sql: "DELETE FROM entry")
                            }
                        }
                    } else {
                        await #expect(throws: Never.self) { try await store.append(.received(task: "task-\(index)")) }
                    }
                }
            }
        }
        let entries = try await store.entries().collected()
        #expect(entries.map(\.sequence) == Array(0..<133))
        #expect(
            Set(entries.compactMap(\.entry.task))
                == Set((0..<200).filter { !$0.isMultiple(of: 3) }.map { "task-\($0)" })
        )
        #expect(store.health.store.isWritable)
        try await store.close()
    }

    @Test func writesThatArriveTogetherShareCommits() async throws {
        let store = try AgentStore(path: path)
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for index in 0..<2_000 {
                group.addTask { try await store.append(.received(task: "task-\(index)")).sequence }
            }
            var sequences: Set<Int64> = []
            for try await sequence in group { sequences.insert(sequence) }
            #expect(sequences == Set(0..<2_000))
        }
        #expect(store.health.store.committedWrites == 2_000)
        #expect(store.health.store.commits < 2_000)
        let entries = try await store.entries().collected()
        #expect(entries.map(\.sequence) == Array(0..<2_000))
        #expect(
            zip(entries, entries.dropFirst()).allSatisfy {
                $0.id < $1.id && $0.monotonicNanoseconds <= $1.monotonicNanoseconds
            }
        )
        try await store.close()
    }

    @Test func moreWaitingWritesThanAllowedAreRefused() async throws {
        let store = try AgentStore(path: path, limits: StoreLimits(queuedWrites: 4))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2_000 {
                group.addTask {
                    do {
                        try await store.append(AuditEntry(.agentStart))
                        return false
                    } catch {
                        #expect(error as? StoreError == StoreError(.overloaded, ""))
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(store.health.entries == Int64(2_000 - refused))
        #expect(try await store.entries().collected().count == 2_000 - refused)
        try await store.close()
    }

    private func withDatabase<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction(body)
    }
}
