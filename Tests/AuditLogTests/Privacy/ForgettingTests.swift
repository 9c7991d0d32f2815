// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Dispatch
import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct ForgettingTests {
    /// Long enough to be nothing but the name wherever its bytes are found.
    static let bob = "robert-of-gloucester"

    let directory: TemporaryDirectory
    let store: AgentStore
    var path: String { directory.path("agent.sqlite") }

    init() async throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path("agent.sqlite"), modellerNames: .erasable)
        var signing = AuditSigning(logOwner: "alice/pod", keyDirectory: URL(filePath: directory.path("keys")))
        signing.entries = 50
        try await store.startSigning(signing)
        for index in 0..<300 {
            let id = try await store.tasks.receive(
                StoredMessage(
                    receiptHandle: "",
                    mailboxID: "m",
                    taskID: nil,
                    sender: index.isMultiple(of: 3) ? Self.bob : "eve",
                    payload: StoredMessage.payload(
                        "message \(index)",
                        sender: index.isMultiple(of: 3) ? Self.bob : "eve"
                    )
                )
            ).id
            let modeller = index.isMultiple(of: 3) ? Self.bob : "eve"
            let record = try await store.tasks.decide(
                id,
                entry: .decided(.accept, task: "\(index)", modeller: modeller),
                reply: index.isMultiple(of: 2) ? .sample("accepted, \(modeller)") : nil
            )
            if let reply = record.reply { try await store.tasks.markSent(reply, entry: AuditEntry(.replySent)) }
        }
    }

    @Test func namesAreHashedAndStillFound() async throws {
        let bobs = try await store.entries(matching: AuditQuery(modeller: Self.bob)).collected()
        #expect(bobs.count == 100)
        #expect(bobs.allSatisfy { $0.knownModeller == Self.bob })
        #expect(Set(bobs.compactMap(\.entry.modeller)).count == 100)
        #expect(bobs.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains(Self.bob) })
        let salted = try await store.log.store.read("test") {
            try Data.fetchOne($0, sql: "SELECT salt FROM salt WHERE seq = 1")
        }
        let salt = try #require(salted)
        #expect(bobs[0].entry.modeller == "sha256:" + Hex.encode(SHA256.hash(Array(salt) + Array(Self.bob.utf8))))
        #expect(try await store.entries(matching: AuditQuery(modeller: "nobody")).collected().isEmpty)
        try await store.close()
        #expect(try await SampleLog.verify(path).findings == [])
    }

    @Test func aForgottenPersonLeavesNoTraceAndTheProofsHold() async throws {
        let before = try await store.entries().collected()
        let checkpoint = try #require(try await store.checkpoint())
        let open = try await store.tasks.receive(
            StoredMessage(receiptHandle: "", mailboxID: "m", taskID: nil, sender: Self.bob, payload: [1])
        )
        #expect(try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten)).entries == 100)
        let after = try await store.entries().collected()
        #expect(after.prefix(before.count).map(\.body) == before.map(\.body))
        #expect(after.allSatisfy { $0.knownModeller != Self.bob })
        #expect(try await store.entries(matching: AuditQuery(modeller: Self.bob)).collected().isEmpty)
        #expect(try await store.entries(matching: AuditQuery(modeller: "eve")).collected().count == 200)
        #expect(try await store.tasks.unfinishedInbox().map(\.id) == [open.id])
        try await store.tasks.drop(open.id, entry: AuditEntry(.taskMalformed))
        #expect(try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten)).messages == 1)
        let entries = try await store.entries().collected().count
        #expect(try await store.forget(modeller: "nobody", entry: AuditEntry(.modellerForgotten)).isEmpty)
        #expect(try await store.entries().collected().count == entries)
        try await store.close()
        for name in ["agent.sqlite", "agent.sqlite-wal"] {
            guard let bytes = FileManager.default.contents(atPath: directory.path(name)) else { continue }
            #expect(bytes.range(of: Data(Self.bob.utf8)) == nil, "\(name)")
        }
        let report = try await SampleLog.verify(path, VerificationRequest(checkpoints: [checkpoint]))
        #expect(report.findings == [])
    }

    @Test func archivesBackupsAndWhatIsSetAsideAreThoughtOf() async throws {
        let archives = directory.path("archives")
        #expect(try await store.archive(before: .distantFuture, to: URL(filePath: archives)) != nil)
        for name in ["agent.sqlite.v5.backup", "agent.sqlite.v6.backup.part"] {
            try FileManager.default.copyItem(atPath: path, toPath: directory.path(name))
        }
        let aside = directory.path("agent.sqlite.damaged-20260101T000000000Z")
        try FileManager.default.copyItem(atPath: path, toPath: aside)
        #expect(try filesThatName(Self.bob).count >= 3)

        let forgotten = try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten))
        #expect(forgotten.setAside == [aside])
        #expect(try filesThatName(Self.bob) == [URL(filePath: aside).lastPathComponent])
        try await store.close()
        #expect(try await SampleLog.verify(path).findings == [])
    }

    @Test func aReplyThatWaitsIsStillSentAndAForgottenOneNeverAgain() async throws {
        let message = StoredMessage(
            receiptHandle: "",
            mailboxID: "m",
            taskID: nil,
            sender: Self.bob,
            payload: StoredMessage.payload("late", sender: Self.bob)
        )
        let late = try await store.tasks.receive(message).id
        let reply = try #require(
            try await store.tasks.decide(
                late,
                entry: .decided(.accept, task: "late", modeller: Self.bob),
                reply: .sample("accepted, \(Self.bob)")
            ).reply
        )
        try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten))
        #expect(try await store.tasks.pendingReplies().map(\.id) == [reply])
        try await store.tasks.markSent(reply, entry: AuditEntry(.replySent))
        #expect(try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten)).messages == 1)
        #expect(try filesThatName(Self.bob) == [])
        let renewed = try await store.log.write { transaction in
            try OutboxTable.renew(late, milliseconds: 0, attempts: 8, in: transaction.db)
        }
        #expect(renewed == nil)
        try await store.close()
        #expect(try await SampleLog.verify(path).findings == [])
    }

    @Test func aReaderThatHoldsOnDefersTheErasure() async throws {
        let reader = try AgentStore.reader(path)
        let (started, start) = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        async let reading: Int = reader.read("test") { db in
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM salt") ?? 0
            start.yield()
            gate.wait()
            return count
        }
        for await _ in started { break }
        await #expect(throws: StoreError(.busy, "")) {
            try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten))
        }
        gate.signal()
        #expect(try await reading == 300)
        try reader.close()
        // What is to be deleted is deleted already.
        #expect(try await store.forget(modeller: Self.bob, entry: AuditEntry(.modellerForgotten)).isEmpty)
        #expect(try filesThatName(Self.bob) == [])
        try await store.close()
    }

    /// The files of the state directory, and of those in it, in which a name stands.
    private func filesThatName(_ name: String) throws -> [String] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { file in
            FileManager.default.contents(atPath: directory.path(file))?.range(of: Data(name.utf8)) != nil
        }
        return files.sorted()
    }

    @Test(arguments: [
        "UPDATE salt SET name = 'eve' WHERE seq = 1", "UPDATE salt SET salt = randomblob(32) WHERE seq = 1",
        "UPDATE salt SET seq = 100000 WHERE seq = 1", "INSERT INTO salt SELECT 0, salt, name FROM salt WHERE seq = 1",
        "DELETE FROM salt WHERE seq = 1",
    ])
    func aSaltThatDoesNotFitIsFound(_ statement: String) async throws {
        try await store.close()
        try SampleLog.edit(path) { try $0.execute(sql: statement) }
        #expect(Set(try await SampleLog.verify(path).findings.map(\.part)) == [.salt])
    }
}
