// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// A sender chooses the name that it claims.
@Suite struct PlainNameTests {
    private static let hash = String(repeating: "0123456789abcdef", count: 4)

    @Test(arguments: [
        ("alice", "alice"), ("sha256", "sha256"), ("SHA256:x", "SHA256:x"), ("sha256:", "plain:sha256:"),
        ("sha256:\(hash)", "plain:sha256:\(hash)"), ("plain:x", "plain:plain:x"),
        ("plain:sha256:\(hash)", "plain:plain:sha256:\(hash)"),
    ])
    func noNamePassesForASaltedOne(_ name: String, _ written: String) async throws {
        let directory = try TemporaryDirectory()
        let store = try AgentStore(path: directory.path("agent.sqlite"))
        var entry = AuditEntry(.taskMalformed)
        entry.modeller = name
        let recorded = try await store.append(entry)
        #expect(recorded.entry.modeller == written)
        #expect(recorded.knownModeller == written)
        let line = Array(written.utf8)
        #expect(!line.withUnsafeBytes(SaltedName.isSalted))
        // It is found under the name, and as lists show it.
        for query in [name, written] {
            let found = try await store.entries(matching: AuditQuery(modeller: query)).collected()
            #expect(found.map(\.sequence) == [recorded.sequence], "\(query)")
        }
        try await store.close()
        #expect(try await SampleLog.verify(directory.path("agent.sqlite")).findings == [])
    }

    @Test func anErasableNameIsHiddenWhateverItIs() async throws {
        let directory = try TemporaryDirectory()
        let store = try AgentStore(path: directory.path("agent.sqlite"), modellerNames: .erasable)
        let name = "sha256:\(Self.hash)"
        var entry = AuditEntry(.taskMalformed)
        entry.modeller = name
        let recorded = try await store.append(entry)
        #expect(recorded.entry.modeller?.hasPrefix("sha256:") == true)
        #expect(recorded.entry.modeller != name)
        #expect(try await store.entries(matching: AuditQuery(modeller: name)).collected().count == 1)
        try await store.close()
    }
}
