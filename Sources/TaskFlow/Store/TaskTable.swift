// SPDX-License-Identifier: Apache-2.0

import GRDB
import StateStore

/// The statements on `task` and `proved_task`: what was claimed, for ever.
enum TaskTable {
    /// What makes a task the same as an earlier one.
    struct Task: Sendable {
        let taskID: String
        let target: String
        let requestSHA256: String

        init(taskID: String, target: String, requestSHA256: String) {
            self.taskID = taskID.columnText
            self.target = target.columnText
            self.requestSHA256 = requestSHA256.columnText
        }
    }

    /// Whether the message has claimed its request.
    static func isClaimed(by id: InboxID, in db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM task WHERE inbox_id = ?"),
            arguments: [id.rawValue]
        ) ?? false
    }

    /// How a task stands against those that other messages claimed before; nil if it is new.
    static func standing(of task: Task, for id: InboxID, in db: Database) throws -> TaskClaim? {
        if try !isClaimed(by: id, in: db), let earlier = try earlierRequest(like: task, in: db) { return earlier }
        return try isProvedElsewhere(task, for: id, in: db) ? .replayedTask : nil
    }

    private static func earlierRequest(like task: Task, in db: Database) throws -> TaskClaim? {
        let sameRequest = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT task.inbox_id, task.task_id, task.target, inbox.state
                    FROM task JOIN inbox ON inbox.id = task.inbox_id WHERE task.request_sha256 = ?
                    """
            ),
            arguments: [task.requestSHA256]
        )
        if let row = sameRequest {
            guard row["task_id"] == task.taskID, row["target"] == task.target else { return .replayedRequest }
            return .redelivery(of: InboxID(row["inbox_id"]), answered: row["state"] == InboxTable.done)
        }
        let formerRequest = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM former_task WHERE request_sha256 = ?"),
            arguments: [task.requestSHA256]
        )
        return formerRequest == nil ? nil : .replayedRequest
    }

    /// Whether the task id is that of another request of the same modeller, of whom that was proven.
    ///
    /// Whoever was forgotten since is taken for the same: their name is no longer there to be compared.
    private static func isProvedElsewhere(_ task: Task, for id: InboxID, in db: Database) throws -> Bool {
        guard !task.taskID.isEmpty else { return false }
        return try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT 1 FROM proved_task JOIN inbox ON inbox.id = inbox_id
                    WHERE proved_task.task_id = ?1 AND target = ?2 AND inbox_id <> ?3
                        AND (scope = 'any' OR sender IN ('', (SELECT sender FROM inbox WHERE id = ?3)))
                    UNION ALL SELECT 1 FROM former_task WHERE task_id = ?1 AND target = ?2
                    """
            ),
            arguments: [task.taskID, task.target, id.rawValue]
        ) ?? false
    }

    /// Claims the task id for a message whose modeller is proven.
    ///
    /// - Returns: `false` if it is another request's already.
    static func prove(_ id: InboxID, in db: Database) throws -> Bool {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT task_id, target, request_sha256 FROM task WHERE inbox_id = ?"),
            arguments: [id.rawValue]
        )
        guard let row else { return true }
        let task = Task(taskID: row["task_id"], target: row["target"], requestSHA256: row["request_sha256"])
        guard !task.taskID.isEmpty else { return true }
        guard try !isProvedElsewhere(task, for: id, in: db) else { return false }
        try db.cachedStatement(
            sql: """
                INSERT INTO proved_task (inbox_id, task_id, target, scope, seal)
                VALUES (?1, ?2, ?3, 'modeller', row_seal(?1, ?2, ?3, 'modeller')) ON CONFLICT (inbox_id) DO NOTHING
                """
        ).execute(arguments: [id.rawValue, task.taskID, task.target])
        try RowCounts.change("proved_task", by: db.changesCount, in: db)
        return true
    }

    /// Takes over a claim from a log that was set aside. Its reply is not known here, so it is a replay in any case.
    static func insertFormer(_ task: Task, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO former_task (request_sha256, task_id, target, seal)
                VALUES (?1, ?2, ?3, row_seal(?1, ?2, ?3))
                """
        ).execute(arguments: [task.requestSHA256, task.taskID, task.target])
        try RowCounts.change("former_task", in: db)
    }

    static func insert(_ task: Task, for id: InboxID, sequence: Int64, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO task (inbox_id, task_id, target, request_sha256, received_seq, seal)
                VALUES (?1, ?2, ?3, ?4, ?5, row_seal(?1, ?2, ?3, ?4, ?5))
                """
        ).execute(arguments: [id.rawValue, task.taskID, task.target, task.requestSHA256, sequence])
        try RowCounts.change("task", in: db)
    }

    /// The claims that can still be read of a damaged file, from either end of the tables.
    static func claims(in damaged: DamagedState) -> [Task] {
        var found: [String: Task] = [:]
        for source in ["task", "former_task"] {
            for order in ["ASC", "DESC"] {
                damaged.read { db in
                    let rows = try Row.fetchCursor(
                        db,
                        sql: "SELECT task_id, target, request_sha256 FROM \(source) NOT INDEXED ORDER BY rowid \(order)"
                    )
                    while let row = try rows.next() {
                        let task = Task(
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
}

/// The answer to ``TaskStore/claim(_:taskID:target:requestSHA256:entry:)``.
enum TaskClaim: Sendable, Hashable {
    /// The task was never seen before, or this very message claimed it already: go on with it.
    case fresh
    /// The same task came again in another message. `original` is the message that claimed it; `answered` tells whether
    /// it has its decision, in which case its reply can be sent again with ``TaskStore/resendReply(for:)``.
    case redelivery(of: InboxID, answered: Bool)
    /// The task id was used before for this target, with another request of which this modeller was proven.
    case replayedTask
    /// The request was used before, for another task id or target.
    case replayedRequest
}
