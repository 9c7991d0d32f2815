// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import StateStore
import Synchronization

extension AuditLog {
    /// Starts signing checkpoints: names the log if it has no name yet, makes or loads its key, finishes a change of
    /// keys that was interrupted, and signs what isn't signed. From then on a checkpoint is signed every
    /// ``AuditSigning/entries`` entries, and at once for entries of the types `agent.stop`, `policy.loaded` and
    /// `audit.exported`; for the time limit, see ``runCheckpoints(clock:)``.
    ///
    /// - Returns: The newest checkpoint.
    /// - Throws: ``StoreError/Code/rolledBack`` if a checkpoint was signed here that this log doesn't contain: an old
    ///   backup was put back, or the log was rewritten. ``StoreError/Code/keyUnusable`` if the key is lost or its file
    ///   is readable by others.
    @discardableResult
    public func startSigning(_ signing: AuditSigning) async throws(StoreError) -> SignedCheckpoint? {
        let files = AuditKeyFiles(directory: signing.keyDirectory)
        board.file.start(files)
        let signed = try await write { transaction in
            let (db, recorder) = (transaction.db, transaction.recorder)
            let start = try SigningStart(signing, files: files, in: db)
            try start.requireOwnHistory(recorder.size(in: db), in: db)
            try recorder.startSigning(start, entries: signing.entries, in: db)
            return try recorder.checkpoint(in: db) ?? CheckpointTable.last(in: db)
        }
        self.signing.withLock { $0 = (signing, files) }
        return signed
    }

    /// Signs the log as it stands.
    ///
    /// - Returns: The newest checkpoint; the last one again if nothing was recorded since. Nil if signing wasn't
    ///   started, or the log is empty.
    @discardableResult
    public func checkpoint() async throws(StoreError) -> SignedCheckpoint? {
        try await write { transaction in
            guard transaction.recorder.isSigning else { return nil }
            return try transaction.recorder.checkpoint(in: transaction.db) ?? CheckpointTable.last(in: transaction.db)
        }
    }

    /// Puts a new key in force. The entry `key.rotated` names it and the old key signs that entry; then the old key is
    /// erased, so that whoever gets hold of the new one can't rewrite what came before.
    ///
    /// - Returns: The `key.rotated` entry.
    /// - Throws: ``StoreError/Code/keyUnusable`` if signing wasn't started.
    @discardableResult
    public func rotateKey() async throws(StoreError) -> RecordedEntry {
        guard let files = signing.withLock({ $0?.files }) else {
            throw StoreError(.keyUnusable, "The audit log isn't being signed, so it has no key to change.")
        }
        let recorded = try await write { try $0.recorder.rotateKey(files: files, in: $0.db) }
        // A crash before this is made good by the next start.
        // Outside a transaction: those can be run once more, and this can't.
        try await store.writeOutsideTransaction("the audit log's new key was being put in force") { _ in
            try files.promoteNext()
        }
        return recorded
    }

    /// Puts a new key in force if the present one is older than `age`.
    ///
    /// - Returns: The `key.rotated` entry; nil if the key is young enough.
    /// - Throws: ``StoreError/Code/keyUnusable`` if signing wasn't started.
    @discardableResult
    public func rotateKey(olderThan age: Duration) async throws(StoreError) -> RecordedEntry? {
        let milliseconds = try await reader.read("the age of the audit log's key was being read") { db in
            let line = try Data.fetchOne(
                db,
                sql: "SELECT CAST(body AS BLOB) FROM entry WHERE seq = (SELECT max(seq) FROM signer)"
            )
            return line?.withUnsafeBytes { LineFields($0)?.milliseconds }
        }
        guard let milliseconds else { return try await rotateKey() }
        let present = environment.milliseconds - milliseconds
        return present > age.components.seconds * 1_000 ? try await rotateKey() : nil
    }

    /// The newest durable checkpoint and those that follow; one who reads slowly misses some and gets the newest.
    public func checkpoints() -> AsyncStream<SignedCheckpoint> {
        board.checkpoints()
    }

    /// Signs a checkpoint when the first unsigned entry has become ``AuditSigning/interval`` old. Returns when the task
    /// is cancelled or the store is closed.
    ///
    /// A fault is left to ``health`` and tried again after the same time.
    public func runCheckpoints(clock: any Clock<Duration> = ContinuousClock()) async {
        for await _ in board.unsignedEntries {
            guard let interval = signing.withLock({ $0?.setting.interval }) else { continue }
            while !Task.isCancelled {
                guard (try? await clock.sleep(for: interval)) != nil else { return }
                if (try? await checkpoint()) != nil { break }
            }
        }
    }
}
