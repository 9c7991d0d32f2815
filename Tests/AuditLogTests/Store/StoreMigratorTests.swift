import Foundation
import GRDB
import Testing

@testable import AuditLog

@Suite struct StoreMigratorTests {
    @Test func anOlderFileIsBackedUpAndBroughtUpToDate() async throws {
        let directory = try TemporaryDirectory()
        let file = StoreFile(path: directory.file("agent.sqlite"))
        let store = try AgentStore(path: file.path)
        try await store.append(AuditEntry(.agentStart))
        try await store.close()

        let version = StoreSchema.currentVersion
        let steps = StoreSchema.steps + [{ try $0.execute(sql: "CREATE TABLE novelty (x INTEGER) STRICT") }]
        let queue = try StoreConnection.writer(file)
        try StoreMigrator(file: file, steps: steps).migrate(queue)
        #expect(try await queue.read { try $0.tableExists("novelty") })
        #expect(try await queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == version + 1)
        try queue.close()

        let backup = file.backupPath(version: version)
        #expect(try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int == 0o600)
        let restored = try AgentStore(path: backup)
        #expect(try await restored.entries().collected().map(\.entry.type) == [.agentStart])
        try await restored.close()
        #expect(throws: StoreError(.newerSchema, "")) { try AgentStore(path: file.path) }
    }

    @Test func aStepThatFailsLeavesTheOldVersion() async throws {
        let directory = try TemporaryDirectory()
        let file = StoreFile(path: directory.file("agent.sqlite"))
        try await AgentStore(path: file.path).close()
        let steps =
            StoreSchema.steps + [
                { db in
                    try db.execute(sql: "CREATE TABLE novelty (x INTEGER) STRICT")
                    try db.execute(sql: "INSERT INTO nowhere VALUES (1)")
                }
            ]
        let queue = try StoreConnection.writer(file)
        #expect(throws: StoreError.self) { try StoreMigrator(file: file, steps: steps).migrate(queue) }
        try queue.close()
        let store = try AgentStore(path: file.path)
        try await store.append(AuditEntry(.agentStart))
        try await store.close()
    }
}
