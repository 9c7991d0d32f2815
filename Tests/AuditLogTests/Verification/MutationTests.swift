import Foundation
import GRDB
import Testing

@testable import AuditLog

/// Changes the log in every way that a single statement can, and expects each to be found in the right place.
@Suite struct MutationTests {
    /// What verification calls the tables; `sqlite_schema` is covered apart.
    private static let parts: [String: Set<VerificationFinding.Part>] = [
        "entry": [.entry, .checkpoint], "tile": [.tile], "checkpoint": [.checkpoint], "signer": [.key],
        "segment": [.index],
        "log": [.log, .checkpoint], "inbox": [.inbox], "task": [.task], "outbox": [.outbox], "tally": [.schema],
    ]

    @Test func everyColumnOfEveryTable() async throws {
        let log = try await SampleLog(entries: 300)
        let columns = try Self.columns(log.path)
        #expect(Set(columns.map(\.table)) == Set(Self.parts.keys))
        for (number, (table, column, isNumber)) in columns.enumerated() {
            for row in ["min", "max"] {
                for change in Self.changes(column, isNumber: isNumber) {
                    let copy = try log.copy("mutation-\(number)-\(row).sqlite")
                    defer { try? FileManager.default.removeItem(atPath: copy) }
                    let didChange = try Self.apply(change, to: column, of: table, row: row, in: copy)
                    guard didChange else { continue }
                    let report = try await SampleLog.verify(copy)
                    let found = report.findings.filter { Self.parts[table]?.contains($0.part) ?? false }
                    #expect(!found.isEmpty, "\(table).\(column) of the \(row) row: \(change); \(report.findings)")
                }
            }
        }
    }

    @Test(arguments: parts.keys.sorted())
    func everyRowThatIsRemovedOrDuplicated(_ table: String) async throws {
        let log = try await SampleLog()
        let parts = Self.parts[table] ?? []
        for order in ["ASC", "DESC"] {
            let copy = try log.copy("removed-\(order).sqlite")
            try SampleLog.edit(copy) { db in
                try db.execute(
                    sql:
                        "DELETE FROM \(table) WHERE rowid = (SELECT rowid FROM \(table) ORDER BY rowid \(order) LIMIT 1)"
                )
            }
            // The removal of the newest entries is cutting off: what shows it is what they were signed with.
            let expected = table == "entry" && order == "DESC" ? [.checkpoint] : parts
            let report = try await SampleLog.verify(copy)
            #expect(report.findings.contains { expected.contains($0.part) }, "\(order): \(report.findings)")
        }
        guard table != "log", table != "tally" else { return }
        let copy = try log.copy("duplicated.sqlite")
        try SampleLog.edit(copy) { db in
            let names = try db.columns(in: table).map(\.name)
            let key = try db.primaryKey(table).columns.last ?? "rowid"
            // The same content once more, under the next free key and with what must be unique made so.
            let values = names.map { name in
                switch name {
                case key: "(SELECT max(\(key)) + 1 FROM \(table))"
                case "done_seq", "received_seq": "(SELECT max(\(name)) + 1 FROM \(table))"
                case "request_sha256": "\(name) || 'x'"
                case "task_id" where table == "task": "\(name) || 'x'"
                case "inbox_id" where table == "outbox": "(SELECT max(inbox_id) + 1 FROM outbox)"
                default: name
                }
            }
            try db.execute(
                sql: """
                    INSERT INTO \(table) (\(names.joined(separator: ", ")))
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
            let copy = log.directory.file("flip-\(round).sqlite")
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

    private static func columns(_ path: String) throws -> [(table: String, column: String, isNumber: Bool)] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            .filter { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0 > 0 }
            .flatMap { table in
                try db.columns(in: table).map { (table, $0.name, $0.type == "INTEGER") }
            }
        }
    }

    private static func changes(_ column: String, isNumber: Bool) -> [String] {
        isNumber
            ? ["\(column) + 1", "\(column) - 1", "-\(column) - 5", "NULL"]
            : [
                "CAST(substr(CAST(\(column) AS BLOB), 1, length(CAST(\(column) AS BLOB)) - 1) AS TEXT)",
                "flipped(\(column))", "CAST(\(column) AS TEXT) || 'x'", "''", "NULL",
            ]
    }

    /// Makes one change to one row; false if the schema allows no such row or the value stays what it was.
    private static func apply(_ change: String, to column: String, of table: String, row: String, in path: String)
        throws -> Bool
    {
        var didChange = false
        do {
            try SampleLog.edit(path) { db in
                db.add(function: flipped)
                let type = try db.columns(in: table).first { $0.name == column }?.type ?? ""
                let value = type == "BLOB" ? "CAST(\(change) AS BLOB)" : change
                let before = try Row.fetchAll(db, sql: "SELECT * FROM \(table)")
                try db.execute(
                    sql: "UPDATE \(table) SET \(column) = \(value) WHERE rowid = (SELECT \(row)(rowid) FROM \(table))"
                )
                didChange = try Row.fetchAll(db, sql: "SELECT * FROM \(table)") != before
            }
        } catch let error as DatabaseError where [.SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode) {
            return false
        }
        return didChange
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
        let reader = try AuditReader(path: path)
        defer { try? reader.close() }
        let tables = parts.keys.sorted()
        return try await reader.read("test") { db in
            try tables.map { try Row.fetchAll(db, sql: "SELECT * FROM \($0)").map { "\($0)" } }
        }
    }
}
