import Foundation
import Synchronization
import Testing

@testable import Health

@Suite("Health")
struct AgentHealthTests {
    @Test("Ready only when every component is well")
    func needsAll() {
        let health = AgentHealth()
        #expect(!health.isReady)
        for component in AgentHealth.Component.allCases { health.succeeded(component) }
        #expect(health.isReady)
        health.failed(.audit, "the disk is full")
        #expect(!health.isReady)
        #expect(health.snapshot()[.audit]?.problem == "the disk is full")
        health.succeeded(.audit)
        #expect(health.isReady)
    }

    @Test("An old success does not count")
    func oldSuccess() {
        let now = Mutex(Date(timeIntervalSince1970: 1_000_000))
        let health = AgentHealth(now: { now.withLock { $0 } })
        for component in AgentHealth.Component.allCases { health.succeeded(component) }
        now.withLock { $0 += 61 }
        #expect(health.snapshot()[.heartbeat]?.isWell == false)
        #expect(health.snapshot()[.messageService]?.isWell == false)
        #expect(health.snapshot()[.audit]?.isWell == true)
        #expect(!health.isReady)
    }

    @Test("Since when a problem lasts is kept over repeated failures")
    func since() {
        let now = Mutex(Date(timeIntervalSince1970: 1_000_000))
        let health = AgentHealth(now: { now.withLock { $0 } })
        health.failed(.heartbeat, "first")
        now.withLock { $0 += 30 }
        health.failed(.heartbeat, "second")
        #expect(health.snapshot()[.heartbeat]?.since == Date(timeIntervalSince1970: 1_000_000))
        #expect(health.snapshot()[.heartbeat]?.problem == "second")
    }
}
