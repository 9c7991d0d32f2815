// SPDX-License-Identifier: Apache-2.0

import Cryptography
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
                    sender: index.isMultiple(of: 3) ? "bob" : "eve",
                    payload: StoredMessage.payload(
                        "message \(index)",
                        sender: index.isMultiple(of: 3) ? "bob" : "eve"
                    )
                )
            ).id
            let modeller = index.isMultiple(of: 3) ? "bob" : "eve"
            try await store.tasks.decide(id, entry: .decided(.accept, task: "\(index)", modeller: modeller), reply: nil)
        }
    }

    @Test func namesAreHashedAndStillFound() async throws {
        let bobs = try await store.entries(matching: AuditQuery(modeller: "bob")).collected()
        #expect(bobs.count == 100)
        #expect(bobs.allSatisfy { $0.knownModeller == "bob" })
        #expect(Set(bobs.compactMap(\.entry.modeller)).count == 100)
        #expect(bobs.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("bob") })
        let salted = try await store.log.store.read("test") {
            try Data.fetchOne($0, sql: "SELECT salt FROM salt WHERE seq = 1")
        }
        let salt = try #require(salted)
        #expect(bobs[0].entry.modeller == "sha256:" + Hex.encode(SHA256.hash(Array(salt) + Array("bob".utf8))))
        #expect(try await store.entries(matching: AuditQuery(modeller: "nobody")).collected().isEmpty)
        try await store.close()
        #expect(try await SampleLog.verify(path).findings == [])
    }

    @Test func aForgottenPersonLeavesNoTraceAndTheProofsHold() async throws {
        let before = try await store.entries().collected()
        let checkpoint = try #require(try await store.checkpoint())
        let open = try await store.tasks.receive(
            StoredMessage(receiptHandle: "", mailboxID: "m", taskID: nil, sender: "bob", payload: [1])
        )
        #expect(try await store.forget(modeller: "bob", entry: AuditEntry(.modellerForgotten)).entries == 100)
        let after = try await store.entries().collected()
        #expect(after.prefix(before.count).map(\.body) == before.map(\.body))
        #expect(after.allSatisfy { $0.knownModeller != "bob" })
        #expect(try await store.entries(matching: AuditQuery(modeller: "bob")).collected().isEmpty)
        #expect(try await store.entries(matching: AuditQuery(modeller: "eve")).collected().count == 200)
        #expect(try await store.tasks.unfinishedInbox().map(\.id) == [open.id])
        try await store.tasks.drop(open.id, entry: AuditEntry(.taskMalformed))
        #expect(try await store.forget(modeller: "bob", entry: AuditEntry(.modellerForgotten)).messages == 1)
        let entries = try await store.entries().collected().count
        #expect(try await store.forget(modeller: "nobody", entry: AuditEntry(.modellerForgotten)).isEmpty)
        #expect(try await store.entries().collected().count == entries)
        try await store.close()
        for name in ["agent.sqlite", "agent.sqlite-wal"] {
            guard let bytes = FileManager.default.contents(atPath: directory.path(name)) else { continue }
            #expect(bytes.range(of: Data("bob".utf8)) == nil, "\(name)")
        }
        let report = try await SampleLog.verify(path, VerificationRequest(checkpoints: [checkpoint]))
        #expect(report.findings == [])
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
