// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct DiskFullTests {
    @Test func theReserveMakesRoomForTheRefusal() async throws {
        let directory = try TemporaryDirectory()
        let reserve = directory.path("agent.sqlite.reserve")
        let capacity = Mutex(600_000)
        // What the reserve holds, the database can't have.
        _ = RecordingFileSystem.record(directory.path) {
            capacity.withLock { $0 } - (FileManager.default.fileExists(atPath: reserve) ? 262_144 : 0)
        }
        defer { RecordingFileSystem.stop(directory.path) }
        let limits = StoreLimits(reserveBytes: 262_144, minimumFreeBytes: 0)
        let store = try AgentStore(path: directory.path("agent.sqlite"), limits: limits)
        #expect(FileManager.default.fileExists(atPath: reserve))
        #expect(store.health.store.canTakeTasks)
        var recorded = 0
        while store.health.store.canTakeTasks {
            try await store.append(.complete)
            recorded += 1
            try #require(recorded < 5_000)
        }
        // The write that met the full disk went through, and no more tasks are to be taken.
        #expect(!FileManager.default.fileExists(atPath: reserve))
        #expect(store.health.store.isShortOfSpace)
        #expect(store.health.store.isWritable)
        var refusal = AuditEntry.decided(.reject, task: "refused")
        refusal.by = .failClosed
        let last = try await store.append(refusal)
        #expect(last.sequence == recorded)

        let error = await #expect(throws: StoreError.self) {
            for _ in 0..<5_000 { try await store.append(.complete) }
        }
        #expect(error?.code == .diskFull)
        #expect(!store.health.store.isWritable)
        #expect(store.health.store.faultSince != nil)

        capacity.withLock { $0 = 100_000_000 }
        try await store.log.store.probe()
        #expect(store.health.store.canTakeTasks)
        #expect(FileManager.default.fileExists(atPath: reserve))
        try await store.append(AuditEntry(.agentStop))
        #expect(try await SampleLog.verify(directory.path("agent.sqlite")).findings == [])
        try await store.close()
    }

    @Test func tooLittleFreeSpaceIsToldBeforeItIsTooLate() async throws {
        let directory = try TemporaryDirectory()
        let store = try AgentStore(
            path: directory.path("agent.sqlite"),
            limits: StoreLimits(minimumFreeBytes: .max / 2)
        )
        #expect(store.health.store.isWritable)
        #expect(store.health.store.isShortOfSpace)
        #expect(!store.health.store.canTakeTasks)
        #expect(store.health.store.freeBytes ?? 0 > 0)
        try await store.append(AuditEntry(.agentStart))
        try await store.close()
    }
}
