// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import OwnerPolicy
import TaskFlow
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("The policy file in force")
struct PolicyReloaderTests {
    private let fixture: ServiceFixture

    init() throws {
        fixture = try ServiceFixture()
    }

    private func write(_ rules: String) throws {
        try Data("version: 1\nrules: \(rules)\n".utf8).write(to: fixture.directory.file("policy.yaml"))
    }

    @Test("It is recorded before it counts, at the start and at each reload")
    func reload() async throws {
        try write("[{name: a, then: deny}]")
        try await fixture.policy.start()
        let first = try #require(fixture.policy.rules.current?.sha256)
        fixture.time.advance(by: 60)
        try write("[{name: a, when: {modeller: x}, then: deny}, {name: b, then: allow}]")
        let outcome = try await fixture.policy.reload()
        let second = try #require(fixture.policy.rules.current?.sha256)
        #expect(first != second)
        #expect(outcome.sha256 == second)
        #expect(outcome.message == "2 rule(s) are in force, \(second)")
        let entries = try await fixture.recorded()
        #expect(entries.map(\.type) == [.policyLoaded, .policyLoaded])
        #expect(entries.map(\.reason) == ["start", "reload"])
        #expect(entries.map(\.reference) == ["sha256:\(first) rules:1", "sha256:\(second) rules:2"])
        let status = try #require(await fixture.policy.status)
        #expect(status.sha256 == second)
        #expect(status.rules == 2)
        #expect(status.loadedAt == fixture.time.now)
        #expect(status.problem == nil)
    }

    @Test("A file with a fault leaves the former policy in force, and status says so until a good one comes")
    func fault() async throws {
        try write("[{name: a, then: deny}]")
        try await fixture.policy.start()
        let former = try #require(fixture.policy.rules.current?.sha256)
        try write("[{name: a, then: forbid}, {name: b, then: forbid}]")
        let failure = await #expect(throws: AgentFailure.self) { try await fixture.policy.reload() }
        let file = fixture.directory.file("policy.yaml").path
        #expect(failure?.exitCode == .configuration)
        #expect(failure?.message == "\(file):2: rules[0].then: expected deny, limit or allow (and 1 more)")
        #expect(fixture.policy.rules.current?.sha256 == former)
        #expect(await fixture.policy.status?.problem == failure?.message)
        #expect(try await fixture.recordedTypes() == [.policyLoaded])
        try write("[]")
        _ = try await fixture.policy.reload()
        #expect(await fixture.policy.status?.problem == nil)
    }

    @Test("A file that can't be read stops a start, and changes nothing later")
    func unreadable() async throws {
        await #expect(throws: PolicyFileError.self) { try await fixture.policy.start() }
        try write("[]")
        try await fixture.policy.start()
        try FileManager.default.removeItem(at: fixture.directory.file("policy.yaml"))
        await #expect(throws: AgentFailure.self) { try await fixture.policy.reload() }
        #expect(fixture.policy.rules.current != nil)
        #expect(AgentFailure(describing: PolicyFileError(faults: [])).exitCode == .configuration)
    }
}
