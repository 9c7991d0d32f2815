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

@Suite struct SettingAsideTests {
    @Test func aNewLogBeginsAndRemembersTheOld() async throws {
        let log = try await SampleLog(entries: 300)
        let keys = log.signing.keyDirectory
        let last = try #require(try AuditKeyFiles(directory: keys).loadCheckpoint())
        try Self.spoil(log.path, pages: 0..<1)
        #expect(throws: StoreError(.damaged, "")) { try AgentStore(path: log.path) }

        let aside = try await AuditLog.setAside(
            path: log.path,
            features: AgentStore.features,
            keyDirectory: keys,
            reason: "database-damaged"
        )
        #expect(aside.lastCheckpoint == last)
        #expect(aside.files.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        #expect(aside.files.first?.contains(".damaged-") == true)

        let store = try AgentStore(path: log.path)
        let gap = try #require(try await store.entries().collected().first)
        #expect(gap.entry.type == .auditGap)
        #expect(gap.entry.reason == "database-damaged")
        #expect(gap.entry.reference == "previous log \(last)")
        let first = try #require(try await store.startSigning(log.signing))
        #expect(first.checkpoint.origin != last.checkpoint.origin)
        try await store.close()
        let report = try await SampleLog.verify(log.path)
        #expect(report.findings == [])
        #expect(report.keys.count == 1)
    }

    @Test func whatTheOldLogClaimedIsStillNotFresh() async throws {
        let log = try await SampleLog(entries: 300)
        let old = try AgentStore(path: log.path)
        let count = try await old.log.store.read("test") { try Int.fetchOne($0, sql: "SELECT count(*) FROM task") ?? 0 }
        try await old.close()
        let keys = log.signing.keyDirectory
        let aside = try await AuditLog.setAside(
            path: log.path,
            features: AgentStore.features,
            keyDirectory: keys,
            reason: "rolled-back"
        )
        #expect(aside.claims == count)
        let store = try AgentStore(path: log.path)
        let id = try await store.tasks.receive(.sample("x")).id
        func claim(_ task: String, _ hash: String) async throws -> TaskClaim {
            try await store.tasks.claim(
                id,
                taskID: task,
                target: "alice/heart-data",
                requestSHA256: hash,
                entry: .received(task: task)
            )
        }
        #expect(try await claim("new", "hash-1") == .replayedRequest)
        #expect(try await claim("task-1", "new") == .replayedTask)
        #expect(try await claim("new", "new") == .fresh)
        try await store.close()
        // And after another time.
        let again = try await AuditLog.setAside(
            path: log.path,
            features: AgentStore.features,
            keyDirectory: keys,
            reason: "rolled-back"
        )
        #expect(again.claims == count + 1)
        #expect(try await SampleLog.verify(log.path).findings == [])
    }

    @Test func whatCanBeReadOfADamagedFileIsTakenOver() async throws {
        let log = try await SampleLog(entries: 700)
        let size = try Data(contentsOf: URL(filePath: log.path)).count / 4_096
        try Self.spoil(log.path, pages: size / 2..<size / 2 + 3)
        let keys = log.signing.keyDirectory
        let aside = try await AuditLog.setAside(
            path: log.path,
            features: AgentStore.features,
            keyDirectory: keys,
            reason: "database-damaged"
        )
        #expect(aside.claims > 0)
        let store = try AgentStore(path: log.path)
        #expect(store.health.entries == 1)
        try await store.close()
    }

    @Test func aRunningAgentIsNotDisturbed() async throws {
        let log = try await SampleLog(entries: 20)
        let store = try AgentStore(path: log.path)
        await #expect(throws: StoreError(.alreadyOpen, "")) {
            try await AuditLog.setAside(
                path: log.path,
                features: AgentStore.features,
                keyDirectory: log.signing.keyDirectory,
                reason: "x"
            )
        }
        try await store.append(AuditEntry(.agentStop))
        try await store.close()
    }

    @Test func damageInALargeFileIsFoundWhileItIsUsed() async throws {
        let log = try await SampleLog(entries: 700)
        let size = try Data(contentsOf: URL(filePath: log.path)).count / 4_096
        // The pages in the middle are entries, which opening doesn't touch.
        try Self.spoil(log.path, pages: size / 3..<size / 3 + 4)
        let store: AgentStore
        do {
            store = try AgentStore(path: log.path, limits: StoreLimits(foregroundCheckBytes: 0))
        } catch {
            #expect(error.code == .damaged)
            return
        }
        while store.health.store.isWritable { await Task.yield() }
        #expect(store.health.store.fault?.code == .damaged)
        await #expect(throws: StoreError(.damaged, "")) { try await store.append(AuditEntry(.agentStart)) }
        try await store.close()

        // The next start doesn't use it first: it checks, and what follows is as for a small file.
        let limits = StoreLimits(foregroundCheckBytes: 0)
        #expect(throws: StoreError(.damaged, "")) { try AgentStore(path: log.path, limits: limits) }
        let keys = log.signing.keyDirectory
        let last = try #require(try AuditKeyFiles(directory: keys).loadCheckpoint())
        let aside = try await AuditLog.setAside(
            path: log.path,
            features: AgentStore.features,
            keyDirectory: keys,
            reason: "database-damaged"
        )
        #expect(aside.lastCheckpoint == last)
        let new = try AgentStore(path: log.path, limits: limits)
        #expect(try await new.entries().collected().first?.entry.reference == "previous log \(last)")
        #expect(!StoreFile(path: log.path).isSuspect)
        try await new.close()
    }

    @Test func aFileThatWasPutRightIsTrustedAgain() async throws {
        let log = try await SampleLog(entries: 20)
        let file = StoreFile(path: log.path)
        file.suspect()
        let store = try AgentStore(path: log.path, limits: StoreLimits(foregroundCheckBytes: 0))
        #expect(!file.isSuspect)
        try await store.append(AuditEntry(.agentStop))
        try await store.close()
    }

    private static func spoil(_ path: String, pages: Range<Int>) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        for page in pages {
            for offset in 16..<200 { bytes[page * 4_096 + offset] = 0xA5 }
        }
        try bytes.write(to: URL(filePath: path))
    }
}
