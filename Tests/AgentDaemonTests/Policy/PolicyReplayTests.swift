// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import OwnerPolicy
import TestSupport
import Testing
import Timekeeping

@testable import AgentDaemon

@Suite("A replay of decisions against a policy")
struct PolicyReplayTests {
    private let fixture: ServiceFixture

    init() throws {
        fixture = try ServiceFixture()
    }

    private func entry(
        _ decision: AuditEntry.Decision,
        _ reason: String,
        modeller: String = "alice",
        at hour: Int = 0,
        content: AuditEntry.Content? = AuditEntry.Content(aggregator: nil, otherPods: [], models: [.init()])
    ) -> AuditEntry {
        var entry = AuditEntry(.accessDecision)
        entry.dataset = "acme/heart"
        entry.modeller = modeller
        entry.method = .signature
        entry.protocolName = "x.Results"
        entry.algorithms = ["x.Average"]
        entry.protocolSHA256 = "ab"
        entry.decision = decision
        entry.reason = reason
        entry.content = content
        let moment = Date(timeIntervalSince1970: 1_700_000_000 + Double(hour) * 3_600)
        entry.rules = .init(sha256: "cd", at: ISO8601.text(moment))
        return entry
    }

    private func replay(_ rules: String, _ entries: [AuditEntry]) async throws -> [PolicyReplay.Change?] {
        for entry in entries { try await fixture.log.append(entry) }
        var replay = PolicyReplay(try Policy(Array("version: 1\nrules:\n\(rules)\n".utf8)))
        var changes: [PolicyReplay.Change?] = []
        for try await recorded in fixture.log.entries() { changes.append(replay.compare(recorded)?.change) }
        #expect(replay.counts.values.reduce(0, +) == changes.compactMap { $0 }.count)
        return changes
    }

    @Test("It says what would have changed, and what can't be told")
    func changes() async throws {
        var unread = entry(.reject, "stale-request")
        unread.protocolSHA256 = nil
        let changes = try await replay(
            "  - {name: bob, when: {modeller: bob}, then: deny}\n  - {name: pods, when: {other_pods: eve/lab}, then: deny}",
            [
                AuditEntry(.agentStart),
                entry(.accept, "accepted"),
                entry(.accept, "accepted", modeller: "bob"),
                entry(.reject, "access-manager-no-access"),
                entry(.reject, "access-manager-no-access", modeller: "bob"),
                entry(.reject, "policy-denied"),
                entry(.reject, "policy-limit"),
                entry(.accept, "accepted", content: nil),
                unread,
            ]
        )
        #expect(changes == [nil, .same, .rejected, .same, .same, .asked, .accepted, .notKnown, nil])
    }

    @Test("Limits count what the policy itself lets be accepted, in sliding windows")
    func limits() async throws {
        let accepted = [0, 1, 2, 23, 24, 26].map { entry(.accept, "accepted", at: $0) }
        let changes = try await replay("  - {name: daily, then: limit, at_most: 2 per 24h, each: modeller}", accepted)
        // The third comes too early; the fifth when the first has left the window, and so takes its place.
        #expect(changes == [.same, .same, .rejected, .rejected, .same, .same])
    }
}
