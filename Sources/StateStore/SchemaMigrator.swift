// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import SystemFiles

/// Brings an older file up to the current schema, after a backup; never goes back.
struct SchemaMigrator {
    let file: StoreFile
    let plan: SchemaPlan

    /// Runs the steps that the file lacks, version by version, each in its own transaction.
    ///
    /// - Throws: ``StoreError/Code/newerSchema`` if the file was written by a newer agent.
    func migrate(_ queue: DatabaseQueue) throws(StoreError) {
        let found = try version(queue)
        guard found <= plan.currentVersion else { throw Self.newer(found, supported: plan.currentVersion) }
        guard found < plan.currentVersion else { return }
        if found > 0 { try backUp(queue, version: found) }
        for version in found + 1...plan.currentVersion {
            try StoreError.wrapping("the state database was being brought to version \(version)") {
                try queue.writeWithoutTransaction { db in
                    try db.inTransaction(.immediate) {
                        try plan.run(version, in: db)
                        return .commit
                    }
                }
            }
        }
    }

    /// Checks that a reader understands the file.
    static func requireCurrent(_ readers: DatabasePool, _ plan: SchemaPlan) throws(StoreError) {
        let (identifier, version) = try StoreError.wrapping("its version was being read") {
            try readers.read { db in
                (
                    try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
                    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                )
            }
        }
        guard identifier == SchemaPlan.applicationID else {
            throw StoreError(.foreignDatabase, "The file is not a state database of pod-agent.")
        }
        guard version <= plan.currentVersion else { throw newer(version, supported: plan.currentVersion) }
        guard version == plan.currentVersion else {
            throw StoreError(
                .olderSchema,
                "The state database has version \(version), this agent reads \(plan.currentVersion); "
                    + "start the agent once to bring it up to date."
            )
        }
    }

    private func version(_ queue: DatabaseQueue) throws(StoreError) -> Int {
        try StoreError.wrapping("its version was being read") {
            try queue.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        }
    }

    private static func newer(_ found: Int, supported: Int) -> StoreError {
        StoreError(
            .newerSchema,
            "The state database has version \(found), this agent knows up to \(supported); "
                + "install the newer agent again, or restore the backup made when it was upgraded."
        )
    }

    /// Writes a complete copy beside the file, under its final name only when it is durable.
    private func backUp(_ queue: DatabaseQueue, version: Int) throws(StoreError) {
        let target = URL(filePath: file.backupPath(version: version))
        let temporary = URL(filePath: target.path + ".part")
        unlink(temporary.path)
        do {
            let part = try FileDescriptor(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [temporary.path]) }
            guard part.synchronize() else {
                throw FileError(.failed, "the backup \(target.path) can't be written", reason: .last)
            }
            try AtomicFile.move(temporary, to: target)
        } catch {
            throw StoreError(error, while: "the state database was being backed up before an upgrade")
        }
    }
}
