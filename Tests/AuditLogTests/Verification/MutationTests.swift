// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

/// Changes the log in every way that a single statement can, and expects each to be found in the right place.
@Suite struct MutationTests {
    /// What verification calls the tables.
    private static let parts: [String: Set<VerificationFinding.Part>] = [
        "entry": [.entry, .checkpoint], "tile": [.tile], "checkpoint": [.checkpoint], "signer": [.key],
        "segment": [.index], "log": [.log, .checkpoint], "inbox": [.inbox], "attempt": [.inbox], "task": [.task], "outbox": [.outbox],
        "row_count": [.schema], "salt": [.salt], "archive": [.archive], "former_task": [.task], "flame_row": [.flame],
        "flame_count": [.flame], "flame_state": [.flame], "flame_outbox": [.flame], "flame_consent": [.flame],
        "flame_run": [.flame], "flame_analysis": [.flame], "proved_task": [.task], "pod_key": [.task],
    ]

    /// The log that has rows in a table.
    private static func content(_ table: String) -> SampleLog.Content {
        let isOther = table.hasPrefix("flame_") || ["salt", "archive", "former_task"].contains(table)
        return isOther ? .other : .tasks(300)
    }

    @Test func noTableIsLeftOut() async throws {
        let log = try await SampleLog(.other)
        let queue = try DatabaseQueue(path: log.path)
        let tables = try await queue.read { db in
            try String.fetchSet(
                db,
                sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        }
        try queue.close()
        #expect(tables == Set(Self.parts.keys))
    }

    @Test(arguments: parts.keys.sorted())
    func everyColumn(of table: String) async throws {
        let log = try await SampleLog(Self.content(table))
        try SampleLog.open(log.path) { db in
            db.add(function: Self.flipped)
            #expect(
                try LogVerifier.verify(VerificationRequest(), AuditLog.plan(AgentStore.features), in: db).findings == []
            )
            for column in try db.columns(in: table) {
                var changes = 0
                for order in ["ASC", "DESC"] {
                    for change in Self.changes(column.name, isNumber: column.type == "INTEGER") {
                        let value = column.type == "BLOB" ? "CAST(\(change) AS BLOB)" : change
                        try db.execute(sql: "SAVEPOINT mutation")
                        if try Self.set(column.name, to: value, of: table, order, in: db) {
                            changes += 1
                            let report = try LogVerifier.verify(
                                VerificationRequest(),
                                AuditLog.plan(AgentStore.features),
                                in: db
                            )
                            #expect(
                                report.findings.contains { Self.parts[table]?.contains($0.part) ?? false },
                                "\(table).\(column.name) of the \(order) row: \(change); \(report.findings)"
                            )
                        }
                        try db.execute(sql: "ROLLBACK TO mutation; RELEASE mutation")
                    }
                }
                #expect(changes > 0, "\(table).\(column.name) was never changed")
            }
        }
    }

    @Test(arguments: parts.keys.sorted())
    func everyRowThatIsRemovedOrDuplicated(_ table: String) async throws {
        let log = try await SampleLog(Self.content(table) == .other ? .other : .tasks(700))
        let parts = Self.parts[table] ?? []
        for order in ["ASC", "DESC"] {
            let copy = try log.copy("removed-\(order).sqlite")
            try SampleLog.edit(copy) { db in
                try db.execute(sql: "DELETE FROM \(table) WHERE \(Self.outermost(of: table, order, in: db))")
                #expect(db.changesCount == 1)
            }
            // The removal of the newest entries is cutting off: what shows it is what they were signed with.
            let expected = table == "entry" && order == "DESC" ? [.checkpoint] : parts
            let report = try await SampleLog.verify(copy)
            #expect(report.findings.contains { expected.contains($0.part) }, "\(order): \(report.findings)")
        }
        guard table != "log", table != "row_count" else { return }
        let copy = try log.copy("duplicated.sqlite")
        try SampleLog.edit(copy) { db in
            let columns = try db.columns(in: table)
            let key = try db.primaryKey(table).columns.last ?? "rowid"
            // The same content once more, under the next free key and with what must be unique made so.
            let values = columns.map { column in
                let name = column.name
                return switch name {
                case key where column.type == "TEXT": "\(name) || 'x'"
                case key: "(SELECT max(\(key)) + 1 FROM \(table))"
                case "done_seq", "received_seq": "(SELECT max(\(name)) + 1 FROM \(table))"
                case "request_sha256": "\(name) || 'x'"
                case "task_id" where table == "task": "\(name) || 'x'"
                case "id" where table == "flame_row": "\(name) || 'x'"
                case "inbox_id" where table == "outbox": "(SELECT max(inbox_id) + 1 FROM outbox)"
                default: name
                }
            }
            try db.execute(
                sql: """
                    INSERT INTO \(table) (\(columns.map(\.name).joined(separator: ", ")))
                    SELECT \(values.joined(separator: ", ")) FROM \(table) ORDER BY \(key) LIMIT 1
                    """
            )
        }
        let report = try await SampleLog.verify(copy)
        #expect(report.findings.contains { parts.contains($0.part) }, "duplicated: \(report.findings)")
    }

    @Test(arguments: ["entry", "tile", "checkpoint", "inbox", "outbox", "task", "segment"])
    func twoRowsThatChangePlaces(_ table: String) async throws {
        let log = try await SampleLog()
        let copy = try log.copy("swapped.sqlite")
        try SampleLog.edit(copy) { db in
            let key = try db.primaryKey(table).columns.last ?? "rowid"
            let filter = table == "tile" ? "WHERE level = 0" : ""
            let keys = try Int64.fetchAll(db, sql: "SELECT \(key) FROM \(table) \(filter) ORDER BY \(key) LIMIT 2")
            for (from, to) in [(keys[0], -7), (keys[1], keys[0]), (-7, keys[1])] {
                try db.execute(sql: "UPDATE \(table) SET \(key) = ? WHERE \(key) = ?", arguments: [to, from])
            }
        }
        let report = try await SampleLog.verify(copy)
        #expect(report.findings.contains { Self.parts[table]?.contains($0.part) ?? false }, "\(report.findings)")
    }

    @Test func theFirstBadEntryIsNamed() async throws {
        let log = try await SampleLog()
        for sequence in [2, 255, 256, 400, 699] as [Int64] {
            let copy = try log.copy("named-\(sequence).sqlite")
            try SampleLog.edit(copy) { db in
                try db.execute(
                    sql: "UPDATE entry SET body = replace(body, '\"boot\"', '\"Boot\"') WHERE seq IN (?, 698)",
                    arguments: [sequence]
                )
            }
            let report = try await SampleLog.verify(copy)
            #expect(report.firstBadEntry?.position == min(sequence, 698))
            #expect(report.findings.allSatisfy { $0.part == .entry || $0.part == .inbox || $0.part == .task })
        }
    }

    @Test func theEntriesAtTheEndThatWereCutOffAreMissed() async throws {
        let log = try await SampleLog()
        let copy = try log.copy("cut.sqlite")
        try SampleLog.edit(copy) { db in
            try db.execute(sql: "DELETE FROM entry WHERE seq >= 650")
            try db.execute(sql: "DELETE FROM checkpoint WHERE size > 650")
        }
        // Nothing in the database itself shows it but what was remembered of the tasks; a checkpoint from elsewhere does.
        let newest = try #require(try AuditKeyFiles(directory: log.signing.keyDirectory).loadCheckpoint())
        let report = try await SampleLog.verify(copy, VerificationRequest(checkpoints: [newest]))
        #expect(report.findings.contains { $0.part == .checkpoint && $0.position == newest.checkpoint.size })
    }

    @Test(arguments: [
        "DROP TRIGGER entry_is_never_updated", "DROP INDEX inbox_unfinished", "CREATE TABLE extra (x)",
        "CREATE TRIGGER helpful AFTER INSERT ON entry BEGIN DELETE FROM outbox; END",
        "DROP TRIGGER checkpoint_is_never_deleted", "ALTER TABLE tile ADD COLUMN extra TEXT",
        "CREATE VIEW v AS SELECT 1",
    ])
    func aChangedSchemaIsFound(_ statement: String) async throws {
        let log = try await SampleLog(entries: 20)
        let queue = try DatabaseQueue(path: log.path)
        try await queue.writeWithoutTransaction { try $0.execute(sql: statement) }
        try queue.close()
        let report = try await SampleLog.verify(log.path)
        #expect(report.findings.contains { $0.part == .schema }, "\(report.findings)")
    }

    @Test func anyFlippedByteOfTheFileIsFoundOrHarmless() async throws {
        // A flip in a free part of a page changes no row. Every other one has to be found, or to make the file unreadable.
        let log = try await SampleLog(entries: 300)
        let clean = try await Self.content(log.path)
        let bytes = try Data(contentsOf: URL(filePath: log.path))
        var generator = SeededGenerator(seed: 21)
        var found = 0
        for round in 0..<80 {
            var changed = bytes
            changed[Int.random(in: 100..<bytes.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            let copy = log.directory.path("flip-\(round).sqlite")
            try changed.write(to: URL(filePath: copy))
            defer { try? FileManager.default.removeItem(atPath: copy) }
            do {
                let report = try await SampleLog.verify(copy)
                if report.isSound {
                    #expect(try await Self.content(copy) == clean, "round \(round)")
                } else {
                    found += 1
                }
            } catch let error as StoreError {
                #expect(
                    [.damaged, .foreignDatabase, .newerSchema, .olderSchema, .database].contains(error.code),
                    "\(error)"
                )
                found += 1
            }
        }
        #expect(found > 20)
    }

    /// A condition for the row with the lowest or the highest key.
    private static func outermost(of table: String, _ order: String, in db: Database) throws -> String {
        let keys = try db.primaryKey(table).columns
        let (all, sorted) = (keys.joined(separator: ", "), keys.map { "\($0) \(order)" }.joined(separator: ", "))
        return "(\(all)) = (SELECT \(all) FROM \(table) ORDER BY \(sorted) LIMIT 1)"
    }

    private static func changes(_ column: String, isNumber: Bool) -> [String] {
        isNumber
            ? ["\(column) + 1", "\(column) - 1", "-\(column) - 5", "NULL"]
            : [
                "CAST(substr(CAST(\(column) AS BLOB), 1, length(CAST(\(column) AS BLOB)) - 1) AS TEXT)",
                "flipped(\(column))", "CAST(\(column) AS TEXT) || 'x'", "''", "NULL",
            ]
    }

    /// Changes one column of one row; false if the schema allows no such row or the value is what it was.
    private static func set(
        _ column: String,
        to value: String,
        of table: String,
        _ order: String,
        in db: Database
    ) throws -> Bool {
        let row = try outermost(of: table, order, in: db)
        let differs = try Bool.fetchOne(db, sql: "SELECT \(column) IS NOT (\(value)) FROM \(table) WHERE \(row)")
        guard differs == true else { return false }
        do {
            try SampleLog.withoutTriggers(db) {
                try db.execute(sql: "UPDATE \(table) SET \(column) = \(value) WHERE \(row)")
            }
            return true
        } catch let error as DatabaseError where [.SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode) {
            return false
        }
    }

    /// A text or blob with one bit of its middle byte changed.
    private static let flipped = DatabaseFunction("flipped", argumentCount: 1, pure: true) { values in
        switch values[0].storage {
        case .string(let text):
            var bytes = Array(text.utf8)
            guard !bytes.isEmpty else { return text }
            bytes[bytes.count / 2] ^= 1
            return String(decoding: bytes, as: UTF8.self)
        case .blob(var data):
            guard !data.isEmpty else { return data }
            data[data.startIndex + data.count / 2] ^= 1
            return data
        default: return values[0]
        }
    }

    private static func content(_ path: String) async throws -> [[String]] {
        let reader = try AgentStore.reader(path)
        defer { try? reader.close() }
        let tables = parts.keys.sorted()
        return try await reader.read("test") { db in
            try tables.map { try Row.fetchAll(db, sql: "SELECT * FROM \($0)").map { "\($0)" } }
        }
    }
}
