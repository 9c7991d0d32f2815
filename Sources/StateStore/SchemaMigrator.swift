import Foundation
import GRDB

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
        let target = file.backupPath(version: version)
        let temporary = target + ".part"
        unlink(temporary)
        let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreError(systemError: errno, "The backup \(temporary) can't be made") }
        defer { close(descriptor) }
        try StoreError.wrapping("the state database was being backed up before an upgrade") {
            try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [temporary]) }
        }
        guard fsync(descriptor) == 0, rename(temporary, target) == 0 else {
            throw StoreError(systemError: errno, "The backup \(target) can't be written")
        }
        try file.synchronizeDirectory()
    }
}
