import Foundation
import GRDB

extension StoreSchema {
    /// Version 2: the entries become the leaves of a Merkle tree, and the rows of the other tables are sealed.
    static let provableLog: Step = { db in
        try db.execute(sql: "DROP TABLE entry_index; DROP TABLE probe")
        let plain = ["entry", "inbox", "task", "outbox"]
        for table in plain { try db.execute(sql: "ALTER TABLE \(table) RENAME TO plain_\(table)") }
        try db.execute(sql: logTables + taskTables)
        try db.execute(sql: "INSERT INTO log (id, instance) VALUES (1, ?)", arguments: [UUID().uuidString.lowercased()])
        try moveEntries(in: db)
        try db.execute(sql: moveTasks)
        for table in plain.reversed() { try db.execute(sql: "DROP TABLE plain_\(table)") }
        try db.execute(sql: logGuards + taskGuards)
    }

    private static let moveTasks = """
        INSERT INTO inbox (id, receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256, received_ms,
            acknowledged, state, done_seq, done_ms)
        SELECT id, receipt_handle, mailbox_id, task_id, sender, payload, payload_sha256, received_ms,
            acknowledged, state, done_seq, done_ms FROM plain_inbox;
        INSERT INTO task (inbox_id, task_id, target, request_sha256, received_seq)
        SELECT inbox_id, task_id, target, request_sha256, received_seq FROM plain_task;
        INSERT INTO outbox (id, inbox_id, reply, state, attempts, next_attempt_ms)
        SELECT id, inbox_id, reply, state, attempts, next_attempt_ms FROM plain_outbox;
        UPDATE inbox SET seal = \(RowSeal.inbox);
        UPDATE task SET seal = \(RowSeal.task);
        UPDATE outbox SET seal = \(RowSeal.outbox);
        """

    /// Hashes what the plain table had, in its order and to the byte.
    private static func moveEntries(in db: Database) throws {
        var edge = try LogEdge(in: db)
        var hasher = TreeHasher()
        let reading = try HotStatement("SELECT seq, body FROM plain_entry ORDER BY seq", in: db)
        let insertion = try HotStatement("INSERT INTO entry (seq, body, leaf) VALUES (?, ?, ?)", in: db)
        while try reading.next() {
            let (sequence, body) = (reading.integer(0), reading.bytes(1))
            guard sequence == edge.size, let fields = LineFields(body), let milliseconds = fields.milliseconds else {
                throw StoreError(
                    .damaged,
                    "Entry \(edge.size) of the audit log is missing, or no line of the known format."
                )
            }
            let leaf = hasher.leaf(body)
            insertion.bind(sequence, at: 1)
            insertion.bind(text: body, at: 2)
            try leaf.withUnsafeBytes {
                insertion.bind(blob: $0, at: 3)
                try insertion.run()
            }
            try edge.append(
                leaf: leaf,
                milliseconds: milliseconds,
                tokens: fields.tokens,
                hasher: &hasher,
                in: db
            )
        }
    }
}
