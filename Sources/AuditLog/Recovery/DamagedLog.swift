import Foundation
import GRDB

/// Reads what can still be read of a log that can't be opened any more. Never writes to it, and never fails.
struct DamagedLog {
    let file: StoreFile

    func lastCheckpoint() -> SignedCheckpoint? {
        read { try CheckpointTable.last(in: $0) } ?? nil
    }

    /// The claims, as far as reading gets from either end of the table.
    func claims() -> [TaskTable.Task] {
        var found: [String: TaskTable.Task] = [:]
        for source in ["task", "former_task"] {
            for order in ["ASC", "DESC"] {
                read { db in
                    let rows = try Row.fetchCursor(
                        db,
                        sql: "SELECT task_id, target, request_sha256 FROM \(source) NOT INDEXED ORDER BY rowid \(order)"
                    )
                    while let row = try rows.next() {
                        let task = TaskTable.Task(
                            taskID: row["task_id"],
                            target: row["target"],
                            requestSHA256: row["request_sha256"]
                        )
                        found[task.requestSHA256] = task
                    }
                }
            }
        }
        return Array(found.values)
    }

    @discardableResult
    private func read<Value>(_ body: (Database) throws -> Value) -> Value? {
        var configuration = StoreConnection.shared()
        configuration.readonly = true
        guard let queue = try? DatabaseQueue(path: file.path, configuration: configuration) else { return nil }
        defer { try? queue.close() }
        return try? queue.unsafeRead(body)
    }
}
