// SPDX-License-Identifier: Apache-2.0

import Cryptography
import FlameHub
import Foundation
import PodSandbox
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport

/// What the synchronizer does where the Hub and this machine disagree, and about the node itself.
@Suite("FLAME synchronizer")
struct FlameSynchronizerTests {
    /// An analysis that runs here.
    private static func running(_ fixture: FlameFixture, _ agent: FlameFixture.Life) async throws -> (
        analysis: String, part: String
    ) {
        try await agent.node.begin()
        let new = fixture.hub.addAnalysis(
            ["buildStatus": "executed", "distributionStatus": "executed", "configurationLocked": true],
            part: ["approvalStatus": "approved"]
        )
        try await agent.cycles(2)
        try await agent.grant(new.analysis)
        for status in [ProcessStatus.starting, .started] {
            _ = try await agent.actions.perform(.report(analysis: new.analysis, status: status, progress: nil))
        }
        return new
    }

    private static func run(_ agent: FlameFixture.Life, _ part: String) async throws -> FlameRun? {
        try await agent.store.flame.activeRuns()[part].map { text in try FlameRun(stored: text) }
    }

    private static func alarms(_ agent: FlameFixture.Life) async throws -> [String] {
        try await FlameStatus.read(agent.store.flame).alarms
    }

    @Test("A status that somebody else wrote is reported once more, and contested the second time")
    func contested() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let new = try await Self.running(fixture, agent)
                fixture.hub.change("analysis-nodes", new.part, ["executionStatus": "failed"])
                try await agent.cycles()
                #expect(try await Self.run(agent, new.part)?.hasReasserted == true)
                // What was recorded as to be reported goes out with the next look.
                try await agent.cycles()
                #expect(fixture.hub.record("analysis-nodes", new.part)?["executionStatus"] == "started")
                try await agent.cycles()
                #expect(try await Self.run(agent, new.part)?.hasReasserted == false)
                #expect(try await Self.alarms(agent) == [])
            }
        }
    }

    @Test("A status that this version does not know is told once, and nothing is written over it")
    func unknownStatus() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let new = try await Self.running(fixture, agent)
                fixture.hub.change("analysis-nodes", new.part, ["executionStatus": "dancing"])
                try await agent.cycles(3)
                #expect(fixture.hub.record("analysis-nodes", new.part)?["executionStatus"] == "dancing")
                #expect(try await Self.alarms(agent).contains { $0.contains("unknown-status") })
                #expect(try await agent.reasons().count { $0 == "contested" } == 1)
            }
        }
    }

    @Test("A run whose row is gone has to stop")
    func rowGone() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                let new = try await Self.running(fixture, agent)
                fixture.hub.delete("analyses", new.analysis)
                try await agent.cycles(2)
                #expect(try await Self.run(agent, new.part)?.stopReason?.contains("no such analysis") == true)
                #expect(try await Self.alarms(agent).contains { $0.contains("has to stop") })
                #expect(try await agent.reasons().count { $0 == "stop-required" } == 1)
            }
        }
    }

    @Test("Without a data owner a missing key is told; another key at the Hub is told and recorded once")
    func keyAtTheHub() async throws {
        try await FlameFixture.with(hasOwner: false) { fixture in
            try await fixture.life { agent in
                try await agent.node.begin()
                #expect(try await Self.alarms(agent).contains { $0.contains("has no public key") })
                let node = fixture.hub.seed.node.id
                fixture.hub.change("nodes", node, ["publicKey": "something else"])
                try await agent.cycles(2)
                #expect(try await Self.alarms(agent).contains { $0.contains("another public key") })
                let key = try FlameNodeKey(file: fixture.settings.keyFile).publicKey.pem
                fixture.hub.change("nodes", node, ["publicKey": .string(key)])
                try await agent.cycles()
                #expect(try await Self.alarms(agent) == [])
            }
        }
    }

    @Test("Another node forgets the rows and writes of the one before, never the consents")
    func anotherNode() async throws {
        try await FlameFixture.with { fixture in
            let before = try await fixture.life { agent in
                let new = try await Self.running(fixture, agent)
                var state = try #require(await agent.node.state)
                state.nodeID = fixture.hub.seed.aggregator.id
                var batch = FlameBatch()
                batch.values[FlameSyncState.key] = try state.storedText()
                try await agent.store.apply(batch)
                return (new, await agent.node.outbox.nextID)
            }
            try await fixture.life { agent in
                try await agent.node.begin()
                #expect(try await agent.part(before.0.part) == nil)
                #expect(try await agent.store.flame.activeRuns() == [:])
                #expect(try await agent.store.flame.consents().count == 1)
                #expect(await agent.node.state?.nodeID == fixture.hub.seed.node.id)
                // An id of a write is never given twice.
                #expect(await agent.node.outbox.nextID >= before.1)
                #expect(try await agent.store.flame.value(FlameSynchronizer.nextWriteKey) != nil)
                try await agent.cycles(3)
                #expect(try await agent.part(before.0.part) != nil)
            }
        }
    }

    @Test("What the start says: where consent comes from, and the key if it is new")
    func start() async throws {
        try await FlameFixture.with(consent: .followHub) { fixture in
            for isFirst in [true, false] {
                try await fixture.life { agent in
                    try await agent.parts.recordStart()
                    var types: [AuditEntryType] = []
                    for try await entry in agent.store.entries() { types.append(entry.entry.type) }
                    #expect(types.filter { $0 == .keyCreated }.count == 1)
                    #expect(types.last == (isFirst ? .keyCreated : .policyLoaded))
                }
            }
        }
    }

    @Test("Before the node was found, a look does nothing, and its key can't be sent")
    func notFoundYet() async throws {
        try await FlameFixture.with { fixture in
            try await fixture.life { agent in
                #expect(try await !agent.node.cycle(SyncPacing()))
                #expect(fixture.hub.log.requests().isEmpty)
                let refusal = await #expect(throws: FlameNodeError.self) {
                    try await agent.actions.perform(.publishKey)
                }
                #expect(refusal?.code == .unavailable)
                try await agent.node.begin()
                #expect(try await agent.actions.perform(.publishKey).isDone)
            }
        }
    }

    // MARK: Finding the node

    @Test("The node is found by its id, by its name and realm, or by what it signs in as")
    func found() async throws {
        try await FlameFixture.with { fixture in
            let realm = try #require(
                fixture.hub.record("nodes", fixture.hub.seed.node.id)?["realmId"]?.stringValue
            )
            let names: [FlameNodeName] = [
                .client, .id(fixture.hub.seed.node.id), .name(fixture.hub.seed.node.name, realm: realm),
                .name(fixture.hub.seed.node.name, realm: fixture.hub.seed.owner.realm),
            ]
            for name in names {
                let row = try await fixture.finder(name) { try await $0.find() }
                #expect(row.record?.id.text == fixture.hub.seed.node.id)
            }
        }
    }

    @Test("A node that is not there is a matter of the configuration")
    func notFound() async throws {
        try await FlameFixture.with { fixture in
            let other = "6f1c7a44-6a5b-4c6e-9a55-0d7b3c1f2e10"
            let names: [FlameNodeName] = [
                .id("no id"), .id(other), .name("nobody", realm: fixture.hub.seed.owner.realm),
                .name(fixture.hub.seed.node.name, realm: "nowhere"),
            ]
            for name in names {
                let error = await #expect(throws: FlameNodeError.self) {
                    try await fixture.finder(name) { try await $0.find() }
                }
                #expect(error?.code == .configuration)
            }
        }
    }
}
