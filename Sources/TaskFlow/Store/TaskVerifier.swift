// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography
import Foundation
import GRDB
package import StateStore

extension VerificationFinding.Part {
    /// A received message; `position` is its number.
    package static let inbox = Self(rawValue: "inbox")
    /// A claimed task; `position` is the number of its message.
    package static let task = Self(rawValue: "task")
    /// A reply; `position` is its number.
    package static let outbox = Self(rawValue: "outbox")
}

/// Compares what is remembered about tasks with itself and with the entries.
struct TaskVerifier {
    let db: Database
    /// Entries before this one are in archive files, so nothing can be held against them.
    let firstEntry: Int64

    func verify(_ findings: inout FindingList) throws {
        try verifyMessages(&findings)
        try verifyClaims(&findings)
        try verifyReplies(&findings)
        try verifyReplyForms(&findings)
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
            if let payload: Data = row["payload"] {
                if Data(SHA256.hash(payload)) != row["payload_sha256"] {
                    findings.add(.inbox, row["id"], "The payload was changed.")
                }
                if !StoredMessage.isReadable(payload) {
                    findings.add(.inbox, row["id"], "The payload can't be read as a message.")
                }
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
            let agrees = try row.withUnsafeData(named: "body") { body in
                (body ?? Data()).withUnsafeBytes { bytes in
                    let line = EntryLine(bytes)
                    return line.holds(AuditEntryType.taskReceived.rawValue, in: "type")
                        && line.holds(row["task_id"], in: "task")
                        && line.holds(row["request_sha256"], in: "request_sha256")
                }
            }
            if !agrees || row["message"] == nil {
                findings.add(.task, row["inbox_id"], "It doesn't agree with its message and its task.received entry.")
            }
        }
    }

    /// Of all replies, also those whose decision is archived: a modeller that asks again is sent its reply again.
    private func verifyReplyForms(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT id, reply FROM outbox")
        while let row = try rows.next() {
            let reply = StoredReply(bytes: Array(row["reply"] as Data))
            if (try? reply.outgoingMessages()) == nil {
                findings.add(.outbox, row["id"], "It can't be read as a reply.")
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
                body.map { body in body.withUnsafeBytes { EntryLine($0).text(of: "ref") ?? "" } }
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
