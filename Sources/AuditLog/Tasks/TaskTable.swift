import GRDB

/// The statements on `task`: what was claimed, for ever.
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

    /// How a task stands against those that were claimed before; nil if it is new.
    static func standing(of task: Task, for id: InboxID, in db: Database) throws -> TaskClaim? {
        let own = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM task WHERE inbox_id = ?"),
            arguments: [id.rawValue]
        )
        if own != nil { return .fresh }
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
        if formerRequest != nil { return .replayedRequest }
        guard !task.taskID.isEmpty else { return nil }
        let sameTask = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT 1 FROM task WHERE task_id = ?1 AND target = ?2 AND task_id <> ''
                    UNION ALL SELECT 1 FROM former_task WHERE task_id = ?1 AND target = ?2
                    """
            ),
            arguments: [task.taskID, task.target]
        )
        return sameTask == nil ? nil : .replayedTask
    }

    /// Takes over a claim from a log that was set aside. Its reply is not known here, so it is a replay in any case.
    static func insertFormer(_ task: Task, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO former_task (request_sha256, task_id, target, seal)
                VALUES (?1, ?2, ?3, row_seal(?1, ?2, ?3))
                """
        ).execute(arguments: [task.requestSHA256, task.taskID, task.target])
        try TallyTable.count(.formerTask, in: db)
    }

    static func insert(_ task: Task, for id: InboxID, sequence: Int64, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO task (inbox_id, task_id, target, request_sha256, received_seq, seal)
                VALUES (?1, ?2, ?3, ?4, ?5, row_seal(?1, ?2, ?3, ?4, ?5))
                """
        ).execute(arguments: [id.rawValue, task.taskID, task.target, task.requestSHA256, sequence])
        try TallyTable.count(.task, in: db)
    }
}
