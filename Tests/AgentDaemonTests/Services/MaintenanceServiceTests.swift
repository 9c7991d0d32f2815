// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import GRDB
import Health
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon
@testable import TaskFlow

@Suite("Maintenance", .timeLimit(.minutes(1))) struct MaintenanceServiceTests {
    private func service(_ fixture: ServiceFixture, tasks: TaskStore? = nil) -> MaintenanceService {
        MaintenanceService(
            log: fixture.log,
            tasks: tasks ?? TaskStore(log: fixture.log),
            patience: .seconds(300),
            health: fixture.health,
            activity: fixture.activity,
            clock: fixture.clock,
            logger: ServiceFixture.logger
        )
    }

    @Test("Every half minute a write is tried")
    func tries() async throws {
        let fixture = try ServiceFixture()
        let (service, clock) = (service(fixture), fixture.clock)
        let before = fixture.log.store.health.commits
        try await whileRunning(service.run) {
            await clock.waitForSleepers(1)
            let first = fixture.log.store.health.commits
            #expect(first > before)
            #expect(fixture.problem(of: .audit) == nil)
            clock.advance(by: MaintenanceService.interval)
            await clock.waitForSleepers(1)
            #expect(fixture.log.store.health.commits > first)
        }
    }

    @Test("A disk that is nearly full is a problem, but no reason to end")
    func nearlyFull() async throws {
        let fixture = try ServiceFixture(limits: StoreLimits(minimumFreeBytes: .max / 2))
        let (service, clock) = (service(fixture), fixture.clock)
        try await whileRunning(service.run) {
            for _ in 0..<3 {
                await clock.waitForSleepers(1)
                #expect(fixture.problem(of: .audit)?.contains("bytes are free") == true)
                fixture.time.advance(by: 86_400)
                clock.advance(by: MaintenanceService.interval)
            }
        }
    }

    /// A log in which damage is found while it is in use, so that nothing can be written any more.
    private func damaged() async throws -> ServiceFixture {
        let directory = try TemporaryDirectory()
        let sound = try ServiceFixture(in: directory)
        for _ in 0..<600 { try await sound.log.append(AuditEntry(.hubLost)) }
        try await sound.log.close()
        let file = try FileHandle(forUpdating: directory.file("agent.sqlite"))
        let page = try file.seekToEnd() / 4_096 / 2
        try file.seek(toOffset: page * 4_096)
        try file.write(contentsOf: Data(repeating: 0xff, count: 4_096))
        try file.close()
        let fixture = try ServiceFixture(
            in: directory,
            limits: StoreLimits(minimumFreeBytes: 0, foregroundCheckBytes: 0)
        )
        while fixture.log.store.health.fault == nil { await Task.yield() }
        return fixture
    }

    @Test("A store that can't be written is endured for as long as is configured, and then ends the agent")
    func patience() async throws {
        let fixture = try await damaged()
        let (service, clock) = (service(fixture), fixture.clock)
        let failure = await #expect(throws: AgentFailure.self) {
            async let end: Void = service.run()
            await clock.waitForSleepers(1)
            #expect(fixture.problem(of: .audit)?.hasPrefix("the store is not well") == true)
            fixture.time.advance(by: 299)
            clock.advance(by: MaintenanceService.interval)
            await clock.waitForSleepers(1)
            fixture.time.advance(by: 2)
            clock.advance(by: MaintenanceService.interval)
            try await end
        }
        #expect(failure?.exitCode == .inputOutput)
        #expect((failure?.underlying as? StoreError)?.code == .damaged)
    }

    @Test("Messages that were finished long ago are emptied, however many there are")
    func prunes() async throws {
        let fixture = try ServiceFixture()
        let tasks = TaskStore(log: fixture.log)
        let count = 300
        for number in 0..<count {
            let message = StoredMessage(
                receiptHandle: "",
                mailboxID: "ward",
                taskID: nil,
                sender: "alice",
                payload: Array("message \(number)".utf8)
            )
            let receipt = try await tasks.receive(message)
            try await tasks.drop(receipt.id, entry: AuditEntry(.taskMalformed), keepsPayload: true)
        }
        func expectPayloads(_ count: Int) async throws {
            let found = try await fixture.log.store.read("payloads were being counted") { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM inbox WHERE payload IS NOT NULL")
            }
            #expect(found == count)
        }
        let (service, clock) = (service(fixture, tasks: tasks), fixture.clock)
        try await whileRunning(service.run) {
            await clock.waitForSleepers(1)
            try await expectPayloads(count)
            fixture.time.advance(by: 8 * 86_400)
            clock.advance(by: MaintenanceService.interval)
            await clock.waitForSleepers(1)
            try await expectPayloads(0)
        }
    }

    /// A disk that is as large as it needs to be for a test.
    private final class SmallDisk: Sendable {
        let directory: TemporaryDirectory
        private let capacity: Mutex<Int64>

        init(capacity: Int64) throws {
            directory = try TemporaryDirectory()
            self.capacity = Mutex(capacity)
        }

        /// Others fill it, until so much is left.
        func fill(leaving bytes: Int64) {
            let excess = free - bytes
            capacity.withLock { $0 -= excess }
        }

        /// What the files in the directory leave.
        var free: Int64 {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.url.path)) ?? []
            return names.reduce(capacity.withLock { $0 }) { rest, name in
                let attributes = try? FileManager.default.attributesOfItem(atPath: directory.file(name).path)
                return rest - ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
            }
        }
    }

    @Test("A disk that is nearly full is emptied of what need not be kept, and tasks are taken again")
    func emptiesAFullDisk() async throws {
        let disk = try SmallDisk(capacity: 24 << 20)
        let limits = StoreLimits(reserveBytes: 1 << 20, minimumFreeBytes: 8 << 20, minimumDiskBytes: 2 << 20)
        let fixture = try ServiceFixture(in: disk.directory, limits: limits) { _ in disk.free }
        let tasks = TaskStore(log: fixture.log)
        #expect(fixture.log.store.health.canTakeTasks)
        var kept = 0
        while fixture.log.store.health.canTakeTasks, kept < 100 {
            let payload = [UInt8](repeating: UInt8(kept), count: 1 << 20)
            let message = StoredMessage(
                receiptHandle: "",
                mailboxID: "ward",
                taskID: nil,
                sender: "a",
                payload: payload
            )
            let receipt = try await tasks.receive(message)
            var entry = AuditEntry(.accessDecision)
            entry.decision = .accept
            try await tasks.decide(receipt.id, entry: entry, reply: nil)
            kept += 1
        }
        // Fewer than the disk has room for, since the write-ahead log takes its part.
        #expect((6..<24).contains(kept))
        try await fixture.log.store.giveBackRoom()
        disk.fill(leaving: 4 << 20)
        #expect(!fixture.log.store.health.canTakeTasks)
        let (service, clock) = (service(fixture, tasks: tasks), fixture.clock)
        try await whileRunning(service.run) {
            await clock.waitForSleepers(1)
            // There is no more room on the disk than before: what is free is inside the file. No more of it than is needed.
            #expect(disk.free < 5 << 20)
            #expect((4 << 20..<8 << 20).contains(fixture.log.store.health.reusableBytes))
            #expect(fixture.log.store.health.canTakeTasks)
            #expect(fixture.problem(of: .audit) == nil)
        }
    }
}
