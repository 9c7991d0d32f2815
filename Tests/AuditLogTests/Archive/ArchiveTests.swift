// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct ArchiveTests {
    let log: SampleLog
    var archives: URL { URL(filePath: log.directory.path("archives")) }

    init() async throws {
        log = try await SampleLog(entries: 1_000)
    }

    @Test func oldEntriesMoveToFilesAndEverythingStaysProvable() async throws {
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let all = try await store.entries().collected()
        let known = try #require(try await store.checkpoint())
        #expect(try await store.archive(before: all[100].at, to: archives) == nil)

        let first = try #require(try await store.archive(before: all[600].at, to: archives))
        #expect(first.range == 0..<512)
        #expect(try await store.entries().collected().first?.sequence == 512)
        #expect(try await store.entries(matching: AuditQuery(task: "task-1")).collected().isEmpty)
        let second = try #require(try await store.archive(before: .distantFuture, to: archives))
        #expect(second.range.lowerBound == 512)
        #expect(second.range.upperBound.isMultiple(of: 256))
        #expect(try await store.archive(before: .distantFuture, to: archives) == nil)
        try await store.append(AuditEntry(.agentStop))
        try await store.close()

        let lines = try [first, second].flatMap { segment in
            try String(
                contentsOf: archives.appending(path: segment.directory).appending(path: "entries.jsonl"),
                encoding: .utf8
            )
            .split(separator: "\n").map(String.init)
        }
        #expect(lines == all.prefix(lines.count).map { String(decoding: $0.body, as: UTF8.self) })

        var report = try await SampleLog.verify(log.path, VerificationRequest(checkpoints: [known]))
        #expect(report.findings == [])
        #expect(report.archivedEntries == second.range.upperBound)
        report = try await SampleLog.verify(
            log.path,
            VerificationRequest(checkpoints: [known], archiveDirectory: archives)
        )
        #expect(report.findings == [])
        #expect(report.keys.count == 2)

        let reader = try AgentStore.reader(log.path)
        let growth = try await reader.proveGrowth(from: known.checkpoint.size)
        #expect(growth.holds(for: known.checkpoint))
        let error = await #expect(throws: StoreError.self) { try await reader.prove(3) }
        #expect(error?.message.contains(first.directory) == true)
        let (line, proof) = try await reader.prove(second.range.upperBound)
        #expect(proof.holds(for: line, key: try #require(report.keys.last)))
        try reader.close()
    }

    @Test func aRemovalThatWasInterruptedIsFinished() async throws {
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let all = try await store.entries().collected()
        let segment = ArchivedSegment(range: 0..<512, directory: "x", sha256: [UInt8](repeating: 0, count: 32))
        var entry = AuditEntry(.auditExported)
        entry.reference = segment.entryReference
        let draft = store.log.draft(entry)
        try await store.log.write { transaction in
            _ = try transaction.record(draft)
            try ArchiveTable.insert(segment, in: transaction.db)
            try transaction.db.execute(sql: "DELETE FROM entry WHERE seq < 100 AND seq NOT IN (SELECT seq FROM signer)")
        }
        #expect(try await SampleLog.verify(log.path).findings == [])
        let next = try #require(try await store.archive(before: all[800].at, to: archives))
        #expect(next.range == 512..<768)
        let oldest = try await store.entries().collected().first
        #expect(oldest?.sequence == 768)
        #expect(try await SampleLog.verify(log.path).findings == [])
        try await store.close()
    }

    @Test(arguments: [
        "DELETE FROM archive", "UPDATE archive SET first = 256", "UPDATE archive SET end = 256",
        "UPDATE archive SET end = 768",
        "UPDATE archive SET directory = 'elsewhere'", "UPDATE archive SET sha256 = zeroblob(32)",
        "DELETE FROM tile WHERE level = 0 AND idx = 1",
        "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 0",
        "DELETE FROM entry WHERE seq = 600",
    ])
    func tamperingWithWhatWasArchivedIsFound(_ statement: String) async throws {
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let all = try await store.entries().collected()
        _ = try await store.archive(before: all[600].at, to: archives)
        try await store.close()
        try SampleLog.edit(log.path) { try $0.execute(sql: statement) }
        #expect(try await SampleLog.verify(log.path).isSound == false)
    }

    @Test func tamperingWithAnArchiveIsFound() async throws {
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let all = try await store.entries().collected()
        let segment = try #require(try await store.archive(before: all[600].at, to: archives))
        try await store.close()
        let file = archives.appending(path: segment.directory).appending(path: "entries.jsonl")
        let content = try Data(contentsOf: file)
        var changed = content
        changed[1_000] ^= 1
        for (spoilt, part) in [
            (changed, VerificationFinding.Part.entry), (content.dropLast(2_000), .archive), (Data(), .archive),
        ] {
            try spoilt.write(to: file)
            let report = try await SampleLog.verify(log.path, VerificationRequest(archiveDirectory: archives))
            #expect(report.findings.contains { $0.part == part || $0.part == .archive }, "\(report.findings)")
        }
        try FileManager.default.removeItem(at: file)
        let report = try await SampleLog.verify(log.path, VerificationRequest(archiveDirectory: archives))
        #expect(report.findings.map(\.part) == [.archive])
    }

    @Test func entriesThatAreNotArchivedCannotBeRemoved() async throws {
        let store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        let all = try await store.entries().collected()
        _ = try await store.archive(before: all[600].at, to: archives)
        await #expect(throws: StoreError(.constraint, "")) {
            try await store.log.store.write { db in try db.execute(sql: "DELETE FROM entry WHERE seq = 512") }
        }
        try await store.close()
    }
}
