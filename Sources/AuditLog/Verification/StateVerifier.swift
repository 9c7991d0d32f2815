import Cryptography
import Foundation
import GRDB

/// Compares what the daemon remembers with itself and with the entries: messages, claims and replies.
struct StateVerifier {
    let db: Database
    /// Entries before this one are in archive files, so nothing can be held against them.
    let firstEntry: Int64

    func verify(_ findings: inout FindingList) throws {
        try verifySeals(.inbox, id: "id", RowSeal.inbox, &findings)
        try verifySeals(.task, id: "inbox_id", RowSeal.task, &findings)
        try verifySeals(.outbox, id: "id", RowSeal.outbox, &findings)
        try verifyFormerClaims(&findings)
        try verifyTally(&findings)
        try verifyMessages(&findings)
        try verifyClaims(&findings)
        try verifyReplies(&findings)
    }

    private func verifySeals(
        _ part: VerificationFinding.Part,
        id: String,
        _ seal: String,
        _ findings: inout FindingList
    ) throws {
        let broken = try Int64.fetchCursor(db, sql: "SELECT \(id) FROM \(part.rawValue) WHERE seal <> \(seal)")
        while let id = try broken.next() { findings.add(part, id, "The row was changed.") }
    }

    private func verifyFormerClaims(_ findings: inout FindingList) throws {
        let broken = try Int64.fetchAll(db, sql: "SELECT rowid FROM former_task WHERE seal <> \(RowSeal.formerTask)")
        for id in broken { findings.add(.task, id, "The row taken over from the log before was changed.") }
    }

    private func verifyTally(_ findings: inout FindingList) throws {
        // In one statement, since the agent may be writing.
        let counts = TallyTable.Counted.allCases.map { "(SELECT count(*) FROM \($0.rawValue)) AS \($0.rawValue)_rows" }
        let tally = try Row.fetchAll(
            db,
            sql: "SELECT *, seal = \(RowSeal.tally) AS sound, \(counts.joined(separator: ", ")) FROM tally"
        )
        guard tally.count == 1, let counted = tally.first, counted["sound"] == true else {
            findings.add(.schema, nil, "The table tally was changed.")
            return
        }
        for table in TallyTable.Counted.allCases {
            let (rows, expected): (Int64, Int64) = (counted["\(table.rawValue)_rows"], counted[table.rawValue])
            guard rows != expected else { continue }
            findings.add(
                table.part,
                nil,
                "The table \(table.rawValue) has \(rows) rows where it should have \(expected)."
            )
        }
    }

    private func verifyMessages(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, payload, payload_sha256, done_seq,
                    ifnull(done_seq >= ?1 AND NOT EXISTS (SELECT 1 FROM entry WHERE seq = done_seq), 0) AS orphan
                FROM inbox WHERE payload IS NOT NULL OR orphan
                """,
            arguments: [firstEntry]
        )
        while let row = try rows.next() {
            if let payload: Data = row["payload"], Data(SHA256.hash(payload)) != row["payload_sha256"] {
                findings.add(.inbox, row["id"], "The payload was changed.")
            }
            if row["orphan"] == true { findings.add(.inbox, row["id"], "The entry that finished it is missing.") }
        }
    }

    private func verifyClaims(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT task.inbox_id, task.task_id, task.request_sha256, entry.body, inbox.id AS message
                FROM task LEFT JOIN entry ON entry.seq = task.received_seq LEFT JOIN inbox ON inbox.id = task.inbox_id
                WHERE task.received_seq >= ?
                """,
            arguments: [firstEntry]
        )
        while let row = try rows.next() {
            let expected = [
                "type": AuditEntryType.taskReceived.rawValue,
                "task": JSONText.truncated(row["task_id"], to: AuditEntryLimits.identifierBytes),
                "request_sha256": JSONText.truncated(row["request_sha256"], to: AuditEntryLimits.identifierBytes),
            ]
            let agrees = try row.withUnsafeData(named: "body") { body in
                (body ?? Data()).withUnsafeBytes { line in
                    expected.allSatisfy { name, value in
                        LineCursor.string(named: name, in: line)?.elementsEqual(JSONText.escaped(value)) ?? false
                    }
                }
            }
            if !agrees || row["message"] == nil {
                findings.add(.task, row["inbox_id"], "It doesn't agree with its message and its task.received entry.")
            }
        }
    }

    private func verifyReplies(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT outbox.id, outbox.reply, entry.body
                FROM outbox LEFT JOIN inbox ON inbox.id = outbox.inbox_id LEFT JOIN entry ON entry.seq = inbox.done_seq
                WHERE inbox.done_seq IS NULL OR inbox.done_seq >= ?
                """,
            arguments: [firstEntry]
        )
        while let row = try rows.next() {
            let reply = StoredReply(bytes: Array(row["reply"] as Data))
            let reference = try row.withUnsafeData(named: "body") { body in
                body.map { body in
                    body.withUnsafeBytes { line in
                        LineCursor.string(named: "ref", in: line).map { String(decoding: $0, as: UTF8.self) } ?? ""
                    }
                }
            }
            guard let reference else {
                findings.add(.outbox, row["id"], "There is no decision that it announces.")
                continue
            }
            // Whoever decides may have put another reference into the entry, and older agents put none.
            if reference.hasPrefix("reply sha256:"), reference != reply.entryReference {
                findings.add(.outbox, row["id"], "It is not the reply that was decided.")
            }
        }
    }
}

extension TallyTable.Counted {
    /// The part of the log that the table belongs to.
    fileprivate var part: VerificationFinding.Part {
        switch self {
        case .checkpoint: .checkpoint
        case .inbox: .inbox
        case .task, .formerTask: .task
        case .outbox: .outbox
        case .salt: .salt
        case .flameRow, .flameState, .flameOutbox, .flameConsent, .flameRun: .flame
        }
    }
}
