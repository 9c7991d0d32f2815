// SPDX-License-Identifier: Apache-2.0

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

    @Test("Each network is ready for itself; what both need counts for both")
    func networks() {
        let health = AgentHealth(components: AgentHealth.Component.needed(by: [.pod, .flame]))
        for component in AgentHealth.Component.allCases { health.succeeded(component) }
        health.failed(.flame, "the FLAME Hub is away")
        #expect(health.isReady(.pod))
        #expect(!health.isReady(.flame))
        #expect(!health.isReady)
        #expect(health.snapshot(of: .pod)[.flame] == nil)
        #expect(health.snapshot(of: .flame).keys.sorted { $0.rawValue < $1.rawValue } == [.audit, .flame])
        health.failed(.audit, "the disk is full")
        #expect(!health.isReady(.pod))
    }

    @Test("Without a pod nothing of it is needed, and the other way round")
    func oneNetwork() {
        let flame = AgentHealth(components: AgentHealth.Component.needed(by: [.flame]))
        #expect(flame.networks == [.flame])
        flame.succeeded(.audit)
        #expect(!flame.isReady)
        flame.succeeded(.flame)
        #expect(flame.isReady)
        #expect(AgentHealth().networks == [.pod])
        #expect(AgentHealth().snapshot()[.flame] == nil)
    }

    @Test("Nothing is left when every network refuses the credentials; a success takes a refusal back")
    func refusals() {
        #expect(AgentHealth().refused(by: .pod))
        let both = AgentHealth(components: AgentHealth.Component.needed(by: [.pod, .flame]))
        #expect(!both.refused(by: .flame))
        #expect(!both.refused(by: .flame))
        both.succeeded(.flame)
        #expect(!both.refused(by: .pod))
        both.succeeded(.audit)
        #expect(both.refused(by: .flame))
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
