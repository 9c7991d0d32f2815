// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Opens connections to the state database with the settings that the promises rest on.
enum StoreConnection {
    /// How long a connection waits for another process that holds the file for a moment.
    private static let busyTimeout: TimeInterval = 5
    /// The size that the write-ahead log is cut back to when it starts anew, in bytes.
    private static let walBytes = 64 << 20

    /// The one connection that writes.
    static func writer(_ file: StoreFile) throws(StoreError) -> DatabaseQueue {
        try StoreError.wrapping("the state database was being opened") {
            var configuration = shared()
            configuration.label = "pod-agent.store.writer"
            let queue = try DatabaseQueue(path: file.path, configuration: configuration)
            try queue.writeWithoutTransaction { db in
                try refuseForeign(db)
                let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
                guard mode == "wal" else {
                    throw StoreError(.inaccessible, "The state directory's file system can't hold a write-ahead log.")
                }
                try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = \(walBytes)")
            }
            return queue
        }
    }

    /// Connections that only read, beside the writer or while no agent runs.
    static func readers(_ file: StoreFile, count: Int) throws(StoreError) -> DatabasePool {
        try StoreError.wrapping("the state database was being opened for reading") {
            var configuration = shared()
            configuration.readonly = true
            configuration.maximumReaderCount = count
            configuration.label = "pod-agent.store.reader"
            return try DatabasePool(path: file.path, configuration: configuration)
        }
    }

    /// What all connections have in common.
    static func shared() -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busyTimeout)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            db.add(function: RowChecksum.function)
        }
        return configuration
    }

    /// How many bytes of the file hold nothing.
    static func reusableBytes(_ db: Database) throws -> Int64 {
        let pages = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        return pages * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
    }

    /// A database that is neither empty nor ours is left untouched.
    private static func refuseForeign(_ db: Database) throws {
        let identifier = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard identifier != SchemaPlan.applicationID else { return }
        let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard identifier == 0, objects == 0 else {
            throw StoreError(.foreignDatabase, "The file at the state database's path belongs to another program.")
        }
        try db.execute(sql: "PRAGMA application_id = \(SchemaPlan.applicationID)")
    }
}
