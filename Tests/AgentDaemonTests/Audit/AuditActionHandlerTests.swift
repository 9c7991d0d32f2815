// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import StateStore
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("What operators and auditors do with the audit log") struct AuditActionHandlerTests {
    private let fixture: ServiceFixture
    private let handler: AuditActionHandler

    init() throws {
        fixture = try ServiceFixture()
        handler = AuditActionHandler(
            log: fixture.log,
            archiveDirectory: fixture.directory.file("archives"),
            entry: fixture.entries.entry
        )
    }

    private func startSigning() async throws {
        let signing = AuditSigning(logOwner: "acme/hospital-a", keyDirectory: fixture.directory.file("audit"))
        try await fixture.log.startSigning(signing)
    }

    @Test("An export is recorded with all that restricts it")
    func export() async throws {
        let query = AuditQuery(
            from: Date(timeIntervalSince1970: 0),
            modeller: "alice",
            dataset: "acme/ward",
            decision: .reject,
            types: [.accessDecision, .replySent]
        )
        let outcome = try await handler.perform(.export(AuditExportNote(query, format: "bundle")))
        #expect(outcome.message == "recorded as entry 0")
        let entry = try #require(try await fixture.recorded().first)
        #expect(entry.type == .auditExported)
        #expect(entry.by == .operator)
        #expect(entry.reason == "bundle")
        #expect(entry.modeller == "alice")
        #expect(entry.dataset == "acme/ward")
        #expect(entry.reference == "from 1970-01-01T00:00:00Z reject access.decision reply.sent")
        #expect(AuditExportNote(AuditQuery(), format: "csv").restriction == nil)
    }

    @Test("A verification is recorded with its result and the root that was found")
    func verification() async throws {
        try await fixture.log.append(AuditEntry(.agentStart))
        let reader = try AuditReader(path: fixture.directory.file("agent.sqlite").path, features: AgentState.features)
        var note = AuditVerificationNote(try await reader.verify())
        try reader.close()
        #expect(note.isSound)
        _ = try await handler.perform(.verified(note))
        note.isSound = false
        note.findings = 3
        _ = try await handler.perform(.verified(note))
        let recorded = try await fixture.recorded().suffix(2)
        #expect(recorded.map(\.reason) == ["sound", "not-sound"])
        #expect(recorded.map(\.reference) == ["entries 1 root \(note.root)", "entries 1 root \(note.root) findings 3"])
    }

    @Test("A log that is not signed has no checkpoint to give")
    func unsigned() async throws {
        let failure = await #expect(throws: AgentFailure.self) { try await handler.perform(.checkpoint) }
        #expect(failure?.exitCode == .input)
    }

    @Test("Only whole segments that are signed are archived")
    func archive() async throws {
        try await startSigning()
        let horizon = fixture.time.now + 1
        let nothing = try await handler.perform(.archive(before: horizon))
        #expect(nothing.message.hasPrefix("nothing to archive"))
        for _ in 0..<256 { try await fixture.log.append(AuditEntry(.hubLost)) }
        try await fixture.log.checkpoint()
        let outcome = try await handler.perform(.archive(before: horizon))
        #expect(outcome.message.hasPrefix("entries 0 to 255 were moved to \(fixture.directory.file("archives").path)/"))
    }

    @Test("Who stands in the log plainly can't be forgotten")
    func forget() async throws {
        let failure = await #expect(throws: AgentFailure.self) {
            try await handler.perform(.forget(modeller: "alice"))
        }
        #expect(failure?.exitCode == .input)
    }

    @Test(
        "Actions keep their form between versions",
        arguments: [
            (AuditAction.checkpoint, #"{"checkpoint":{}}"#),
            (.forget(modeller: "alice"), #"{"forget":{"modeller":"alice"}}"#),
        ]
    )
    func form(action: AuditAction, text: String) throws {
        #expect(String(decoding: try JSONEncoder().encode(action), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(AuditAction.self, from: Data(text.utf8)) == action)
    }
}
