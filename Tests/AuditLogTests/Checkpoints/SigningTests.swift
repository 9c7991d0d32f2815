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

@Suite struct SigningTests {
    let directory: TemporaryDirectory
    var path: String { directory.path("agent.sqlite") }
    var signing: AuditSigning {
        AuditSigning(logOwner: "alice/hospital-a", keyDirectory: URL(filePath: directory.path("keys")))
    }

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func theFirstStartNamesTheLogAndItsKey() async throws {
        let store = try AgentStore(path: path)
        let signed = try #require(try await store.startSigning(signing))
        let entries = try await store.entries().collected()
        #expect(entries.map(\.entry.type) == [.keyCreated])
        let key = try NoteVerifierKey(try #require(entries[0].entry.reference))
        #expect(entries[0].entry.keyID == key.id.description)
        #expect(try signed.verify(key))
        #expect(signed.checkpoint.size == 1)
        var hasher = TreeHasher()
        #expect(signed.checkpoint.root == hasher.leaf(entries[0].body))
        let parts = signed.checkpoint.origin.split(separator: "/").map(String.init)
        #expect(parts.count == 4)
        #expect([parts[0], parts[1], parts[3]] == ["alice", "hospital-a", "audit"])
        #expect(UUID(uuidString: parts[2]) != nil)
        #expect(store.health.signedEntries == 1)
        try await store.close()
        for name in ["audit.key", "audit.checkpoint"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.path("keys/\(name)"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func aRestartGoesOnWithNameKeyAndHistory() async throws {
        var store = try AgentStore(path: path)
        let first = try #require(try await store.startSigning(signing))
        try await store.append(.received(task: "1"))
        try await store.close()
        store = try AgentStore(path: path)
        // The pod was given another name: the log keeps the one it was signed with.
        var renamed = signing
        renamed.logOwner = "alice/hospital-b"
        let second = try #require(try await store.startSigning(renamed))
        #expect(second.checkpoint.origin == first.checkpoint.origin)
        #expect(second.checkpoint.size == 2)
        #expect(try await store.startSigning(signing) == second)
        #expect(try await store.entries().collected().map(\.entry.type) == [.keyCreated, .taskReceived])
        try await store.close()
    }

    @Test func aCheckpointIsSignedForSoManyEntries() async throws {
        let store = try AgentStore(path: path)
        var signing = signing
        signing.entries = 10
        try await store.startSigning(signing)
        for index in 0..<25 { try await store.append(.received(task: "\(index)")) }
        #expect(try await sizes(store) == [1, 11, 21])
        #expect(store.health.signedEntries == 21)
        try await store.close()
    }

    @Test(arguments: [AuditEntryType.agentStop, .policyLoaded, .auditExported])
    func someEntriesAreSignedAtOnce(_ type: AuditEntryType) async throws {
        let store = try AgentStore(path: path)
        try await store.startSigning(signing)
        try await store.append(.received(task: "1"))
        try await store.append(AuditEntry(type))
        try await store.append(.received(task: "2"))
        #expect(try await sizes(store) == [1, 3])
        try await store.close()
    }

    @Test func asksForTheSameSizeGiveTheSameCheckpoint() async throws {
        let store = try AgentStore(path: path)
        #expect(try await store.checkpoint() == nil)
        let first = try await store.startSigning(signing)
        #expect(try await store.checkpoint() == first)
        try await store.append(.received(task: "1"))
        let second = try await store.checkpoint()
        #expect(second != first)
        #expect(try await store.checkpoint() == second)
        #expect(try await sizes(store) == [1, 2])
        try await store.close()
    }

    @Test func theTimeLimitRunsFromTheFirstUnsignedEntry() async throws {
        let store = try AgentStore(path: path)
        try await store.startSigning(signing)
        let clock = ManualClock()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await store.log.runCheckpoints(clock: clock) }
            try await store.append(.received(task: "1"))
            await clock.waitForSleepers(1)
            try await store.append(.received(task: "2"))
            clock.advance(by: .seconds(59))
            #expect(try await sizes(store) == [1])
            var checkpoints = store.log.checkpoints().makeAsyncIterator()
            #expect(await checkpoints.next()?.checkpoint.size == 1)
            clock.advance(by: .seconds(1))
            #expect(await checkpoints.next()?.checkpoint.size == 3)

            // An entry that only tells of a checkpoint calls for none; the next one does.
            try await store.append(AuditEntry(.auditCheckpointed))
            #expect(clock.sleepers == 0)
            try await store.append(.received(task: "3"))
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(60))
            #expect(await checkpoints.next()?.checkpoint.size == 5)
            group.cancelAll()
        }
        try await store.close()
    }

    @Test func aFailedTransactionTakesItsCheckpointBack() async throws {
        let store = try AgentStore(path: path)
        try await store.startSigning(signing)
        await #expect(throws: StoreError(.constraint, "")) {
            try await store.log.write { transaction in
                let (db, recorder) = (transaction.db, transaction.recorder)
                _ = try recorder.record(EntryDraft(AuditEntry(.policyLoaded)), in: db)
                _ = try recorder.checkpoint(in: db)
                try db.execute(sql: "DELETE FROM entry")
            }
        }
        #expect(try await sizes(store) == [1])
        try await store.append(AuditEntry(.agentStart))
        #expect(try await store.checkpoint()?.checkpoint.size == 2)
        try await store.close()
        let again = try AgentStore(path: path)
        try await again.startSigning(signing)
        try await again.close()
    }

    @Test func aNewKeyIsNamedInTheLogAndTheOldOneSignsThat() async throws {
        let store = try AgentStore(path: path)
        let first = try #require(try await store.startSigning(signing))
        let oldKey = try key(try await store.entries().collected()[0])
        let oldFile = try Data(contentsOf: URL(filePath: directory.path("keys/audit.key")))
        try await store.append(.received(task: "1"))
        let rotation = try await store.rotateKey()
        let newKey = try key(rotation)
        #expect(newKey != oldKey)
        #expect(newKey.name == first.checkpoint.origin)
        try await store.append(.received(task: "2"))
        let last = try #require(try await store.checkpoint())
        #expect(try last.verify(newKey))
        #expect(try last.verify(oldKey) == false)
        let atRotation = try #require(try await checkpoint(store, size: rotation.sequence + 1))
        #expect(try atRotation.verify(oldKey))
        #expect(try atRotation.verify(newKey) == false)
        try await store.close()
        #expect(try Data(contentsOf: URL(filePath: directory.path("keys/audit.key"))) != oldFile)
        #expect(!FileManager.default.fileExists(atPath: directory.path("keys/audit.key.next")))
        let again = try AgentStore(path: path)
        try await again.append(.received(task: "3"))
        #expect(try await again.startSigning(signing)?.verify(newKey) == true)
        try await again.close()
    }

    @Test func aChangeOfKeysThatWasInterruptedIsFinished() async throws {
        var store = try AgentStore(path: path)
        try await store.startSigning(signing)
        let files = AuditKeyFiles(directory: signing.keyDirectory)
        // As if the process had died after the commit and in the middle of erasing the old key.
        let rotation = try await store.log.write { transaction in
            try transaction.recorder.rotateKey(files: files, in: transaction.db)
        }
        try await store.close()
        try Data(count: 100).write(to: URL(filePath: directory.path("keys/audit.key")))
        store = try AgentStore(path: path)
        try await store.append(.received(task: "1"))
        let signed = try #require(try await store.startSigning(signing))
        #expect(try signed.verify(key(rotation)))
        try await store.close()
        #expect(!FileManager.default.fileExists(atPath: directory.path("keys/audit.key.next")))
    }

    @Test func aNewKeyThatNeverCameIntoForceIsDiscarded() async throws {
        var store = try AgentStore(path: path)
        let first = try #require(try await store.startSigning(signing))
        // As if the process had died before the commit.
        let files = AuditKeyFiles(directory: signing.keyDirectory)
        try files.saveNext(try NoteSigner.generate(name: first.checkpoint.origin))
        try await store.close()
        store = try AgentStore(path: path)
        #expect(try await store.startSigning(signing) == first)
        #expect(!FileManager.default.fileExists(atPath: directory.path("keys/audit.key.next")))
        try await store.close()
    }

    @Test func aLostOrForeignOrOpenKeyIsRefused() async throws {
        var store = try AgentStore(path: path)
        try await store.startSigning(signing)
        try await store.close()
        let file = URL(filePath: directory.path("keys/audit.key"))
        let key = try Data(contentsOf: file)
        let stranger = try NoteSigner.generate(name: "alice/hospital-a/x/audit").text.reveal()
        for content in [nil, Data(stranger), Data("nonsense".utf8)] {
            try FileManager.default.removeItem(at: file)
            if let content {
                #expect(
                    FileManager.default.createFile(
                        atPath: file.path,
                        contents: content,
                        attributes: [.posixPermissions: 0o600]
                    )
                )
            }
            store = try AgentStore(path: path)
            await #expect(throws: StoreError(.keyUnusable, "")) { try await store.startSigning(signing) }
            #expect(try await store.checkpoint() == nil)
            try await store.close()
            #expect(
                FileManager.default.createFile(atPath: file.path, contents: key, attributes: [.posixPermissions: 0o600])
            )
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
        store = try AgentStore(path: path)
        await #expect(throws: StoreError(.keyUnusable, "")) { try await store.startSigning(signing) }
        try await store.close()
    }

    @Test func anOldBackupOfTheDatabaseIsNoticed() async throws {
        var store = try AgentStore(path: path)
        try await store.startSigning(signing)
        try await store.close()
        let backup = try Data(contentsOf: URL(filePath: path))
        store = try AgentStore(path: path)
        try await store.startSigning(signing)
        try await store.append(AuditEntry(.agentStop))
        try await store.close()
        try backup.write(to: URL(filePath: path))
        store = try AgentStore(path: path)
        let error = await #expect(throws: StoreError.self) { try await store.startSigning(signing) }
        #expect(error?.code == .rolledBack)
        // And once it has grown again, in another way.
        try await store.append(AuditEntry(.agentStart))
        try await store.append(AuditEntry(.agentStart))
        await #expect(throws: StoreError(.rolledBack, "")) { try await store.startSigning(signing) }
        try await store.close()
    }

    @Test func aChangedTreeIsNotSigned() async throws {
        var store = try AgentStore(path: path)
        try await store.startSigning(signing)
        for index in 0..<300 { try await store.append(.received(task: "\(index)")) }
        try await store.close()
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            try db.execute(sql: "DROP TRIGGER tile_is_never_updated; UPDATE tile SET root = zeroblob(32)")
        }
        try queue.close()
        store = try AgentStore(path: path)
        await #expect(throws: StoreError(.rolledBack, "")) { try await store.startSigning(signing) }
        try await store.close()
    }

    @Test(arguments: ["", "with space", "a+b", "a\nb"])
    func namesThatNoNoteCanHaveAreRefused(_ name: String) async throws {
        let store = try AgentStore(path: path)
        var setting = signing
        setting.logOwner = "\(name)/hospital"
        await #expect(throws: StoreError(.malformed, "")) { try await store.startSigning(setting) }
        #expect(store.health.entries == 0)
        try await store.close()
    }

    private func key(_ recorded: RecordedEntry) throws -> NoteVerifierKey {
        try NoteVerifierKey(try #require(recorded.entry.reference))
    }

    private func sizes(_ store: AgentStore) async throws -> [Int64] {
        try await store.log.store.read("test") {
            try Int64.fetchAll($0, sql: "SELECT size FROM checkpoint ORDER BY size")
        }
    }

    private func checkpoint(_ store: AgentStore, size: Int64) async throws -> SignedCheckpoint? {
        let note = try await store.log.store.read("test") {
            try String.fetchOne($0, sql: "SELECT note FROM checkpoint WHERE size = ?", arguments: [size])
        }
        return try note.map { try SignedCheckpoint($0.utf8) }
    }
}
