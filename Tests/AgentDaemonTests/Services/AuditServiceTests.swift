// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("The audit log's upkeep", .timeLimit(.minutes(1))) struct AuditServiceTests {
    private let fixture: ServiceFixture
    private var archives: URL { fixture.directory.file("archives") }

    init() throws {
        fixture = try ServiceFixture()
    }

    private func service(_ anchors: [any CheckpointAnchor] = [], retention: Duration? = nil) throws -> AuditService {
        var configuration = try fixture.configuration(datasets: [("ward", fixture.directory.file("a.csv"))]).audit
        configuration.keyRotation = .seconds(86_400)
        configuration.retention = retention
        configuration.archiveDirectory = archives
        return AuditService(
            log: fixture.log,
            anchors: anchors,
            configuration: configuration,
            clock: fixture.clock,
            logger: ServiceFixture.logger
        )
    }

    private func startSigning() async throws {
        let signing = AuditSigning(logOwner: "acme/hospital-a", keyDirectory: fixture.directory.file("audit"))
        try await fixture.log.startSigning(signing)
    }

    /// Waits until the upkeep of the given turn, counted from 0, is over.
    private func upkeep(_ turn: Int) async {
        let interval = AuditService.upkeepInterval
        await fixture.clock.waitForSleeper(dueAtOrAfter: interval * (turn + 1))
    }

    private func expectRotations(_ count: Int) async throws {
        #expect(try await fixture.recordedTypes().count { $0 == .keyRotated } == count)
    }

    @Test("The key is changed when it is as old as is configured, looked at every hour")
    func keyRotation() async throws {
        try await startSigning()
        let service = try service()
        try await whileRunning(service.run) {
            await upkeep(0)
            try await expectRotations(0)
            fixture.time.advance(by: 86_400 + 1)
            fixture.clock.advance(by: AuditService.upkeepInterval)
            await upkeep(1)
            try await expectRotations(1)
            fixture.clock.advance(by: AuditService.upkeepInterval)
            await upkeep(2)
            try await expectRotations(1)
        }
    }

    @Test("What fails is tried again with the next turn")
    func failures() async throws {
        let service = try service()
        try await whileRunning(service.run) {
            // Without signing there is no key that could be changed.
            await upkeep(0)
            try await startSigning()
            fixture.time.advance(by: 2 * 86_400)
            fixture.clock.advance(by: AuditService.upkeepInterval)
            await upkeep(1)
            try await expectRotations(1)
        }
    }

    @Test("Entries older than the retention are moved to the archive directory")
    func retention() async throws {
        try await startSigning()
        for _ in 0..<300 { try await fixture.log.append(AuditEntry(.hubLost)) }
        try await fixture.log.checkpoint()
        let service = try service(retention: .seconds(3_600))
        try await whileRunning(service.run) {
            await upkeep(0)
            #expect(!FileManager.default.fileExists(atPath: archives.path))
            fixture.time.advance(by: 7_200)
            fixture.clock.advance(by: AuditService.upkeepInterval)
            await upkeep(1)
        }
        let bundles = try FileManager.default.contentsOfDirectory(atPath: archives.path)
        #expect(bundles.count == 1)
        #expect(bundles.first?.hasSuffix("-0-256") == true)
        let reader = try AuditReader(path: fixture.directory.file("agent.sqlite").path, features: AgentState.features)
        #expect(try await reader.archives().map(\.range) == [0..<256])
        #expect(try await reader.verify(VerificationRequest(archiveDirectory: archives)).isSound)
        try reader.close()
    }

    @Test("Without a retention nothing is ever archived")
    func noRetention() async throws {
        try await startSigning()
        for _ in 0..<300 { try await fixture.log.append(AuditEntry(.hubLost)) }
        try await fixture.log.checkpoint()
        let service = try service()
        try await whileRunning(service.run) {
            await upkeep(0)
            fixture.time.advance(by: 3_600)
            fixture.clock.advance(by: AuditService.upkeepInterval)
            await upkeep(1)
        }
        #expect(!FileManager.default.fileExists(atPath: archives.path))
    }

    @Test("What waits to be signed is signed after a minute, and every anchor sees it")
    func checkpointsReachAnchors() async throws {
        try await startSigning()
        let (first, second) = (ListeningAnchor("first"), ListeningAnchor("second", failures: 2))
        let service = try service([first, second])
        let size = Int64(try await fixture.recorded().count) + 1
        try await whileRunning(service.run) {
            await upkeep(0)
            try await fixture.log.append(AuditEntry(.agentStart))
            // Signing after 60 s, and the second anchor's retries, are all a matter of the clock.
            while first.sizes.last != size || second.sizes.last != size {
                fixture.clock.advance(by: .seconds(60))
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        #expect(fixture.log.anchorStatus.map(\.name) == ["first", "second"])
        #expect(fixture.log.anchorStatus.map(\.size) == [size, size])
        #expect(fixture.log.anchorStatus.allSatisfy { $0.fault == nil })
    }
}

/// Remembers how large the checkpoints were that it was shown.
private final class ListeningAnchor: CheckpointAnchor {
    private struct Away: Error {}

    let name: String
    private let state: Mutex<(failures: Int, sizes: [Int64])>
    var sizes: [Int64] { state.withLock { $0.sizes } }

    /// - Parameter failures: How often it fails before it takes the first.
    init(_ name: String, failures: Int = 0) {
        self.name = name
        state = Mutex((failures, []))
    }

    func publish(_ checkpoint: SignedCheckpoint) async throws {
        try state.withLock { state in
            guard state.failures == 0 else {
                state.failures -= 1
                throw Away()
            }
            state.sizes.append(checkpoint.checkpoint.size)
        }
    }
}
