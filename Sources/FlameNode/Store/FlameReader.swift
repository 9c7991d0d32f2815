// SPDX-License-Identifier: Apache-2.0

import GRDB
public import StateStore

/// Reads the state of a FLAME node, beside a running agent or without one.
public struct FlameReader: Sendable {
    private let reader: StateReader

    package init(_ reader: StateReader) {
        self.reader = reader
    }

    /// One row; `nil` if it is not known.
    public func row(_ key: FlameRow.Key) async throws(StoreError) -> FlameRow? {
        try await read { db in
            try FlameTables.rows(db, "kind = ? AND id = ?", [key.kind.rawValue, key.id]).first
        }
    }

    /// Those of some rows that are known.
    public func rows(_ kind: FlameRow.Kind, ids: [String]) async throws(StoreError) -> [String: FlameRow] {
        try await read { db in
            var found: [String: FlameRow] = [:]
            for id in ids {
                for row in try FlameTables.rows(db, "kind = ? AND id = ?", [kind.rawValue, id]) { found[id] = row }
            }
            return found
        }
    }

    /// The rows of one standing, by id.
    ///
    /// - Parameters:
    ///   - last: Only rows behind this id, to read on.
    ///   - limit: At most so many.
    public func rows(
        _ kind: FlameRow.Kind,
        _ standing: FlameRow.Standing,
        after last: String = "",
        limit: Int = 1_000
    ) async throws(StoreError) -> [FlameRow] {
        try await read { db in
            try FlameTables.rows(
                db,
                "kind = ? AND \(FlameTables.condition(standing)) AND id > ? ORDER BY id LIMIT ?",
                [kind.rawValue, last, limit]
            )
        }
    }

    /// The parts in a project or an analysis.
    public func parts(_ kind: FlameRow.Kind, in parent: String) async throws(StoreError) -> [FlameRow] {
        try await read { db in try FlameTables.rows(db, "kind = ? AND parent = ?", [kind.rawValue, parent]) }
    }

    /// All rows of a kind in the order of their ids.
    public func rows(
        _ kind: FlameRow.Kind,
        after last: String = "",
        limit: Int = 1_000
    ) async throws(StoreError) -> [FlameRow] {
        try await read { db in
            try FlameTables.rows(db, "kind = ? AND id > ? ORDER BY id LIMIT ?", [kind.rawValue, last, limit])
        }
    }

    /// How many rows can't be read.
    public func unreadableRows() async throws(StoreError) -> Int {
        try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM flame_row WHERE fault IS NOT NULL") ?? 0 }
    }

    /// How many rows of a kind are known.
    public func count(_ kind: FlameRow.Kind) async throws(StoreError) -> Int {
        try await read { db in
            let sql = "SELECT rows FROM flame_count WHERE kind = ?"
            return try Int.fetchOne(db, sql: sql, arguments: [kind.rawValue]) ?? 0
        }
    }

    /// How many rows of a kind have a standing.
    public func count(_ kind: FlameRow.Kind, _ standing: FlameRow.Standing) async throws(StoreError) -> Int {
        try await read { db in
            let sql = "SELECT count(*) FROM flame_row WHERE kind = ? AND \(FlameTables.condition(standing))"
            return try Int.fetchOne(db, sql: sql, arguments: [kind.rawValue]) ?? 0
        }
    }

    /// A named value.
    public func value(_ key: String) async throws(StoreError) -> String? {
        try await read { try String.fetchOne($0, sql: "SELECT value FROM flame_state WHERE key = ?", arguments: [key]) }
    }

    /// What waits to be written to the Hub, oldest first.
    public func writes() async throws(StoreError) -> [FlameBatch.Write] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT id, target, body FROM flame_outbox ORDER BY id").map {
                FlameBatch.Write(id: $0["id"], target: $0["target"], body: $0["body"])
            }
        }
    }

    /// What the data owner said, about everything.
    public func consents() async throws(StoreError) -> [FlameConsent] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT kind, id, is_granted, by, at_ms, body FROM flame_consent ORDER BY at_ms")
                .map(FlameTables.consent)
        }
    }

    /// What the data owner said about one project or analysis; `nil` if nothing.
    public func consent(_ subject: FlameRow.Key) async throws(StoreError) -> FlameConsent? {
        try await read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT kind, id, is_granted, by, at_ms, body FROM flame_consent WHERE kind = ? AND id = ?",
                arguments: [subject.kind.rawValue, subject.id]
            ).map(FlameTables.consent)
        }
    }

    /// What is known of the run of a part that goes on, or of which the Hub has not heard everything; `nil` if there is none.
    ///
    /// - Parameters:
    ///   - id: The id of the part.
    ///   - target: What writes about the part are written to.
    public func openRun(_ id: String, target: String) async throws(StoreError) -> String? {
        try await read { db in
            let sql = """
                SELECT body FROM flame_run
                WHERE id = ? AND (is_running = 1 OR EXISTS (SELECT 1 FROM flame_outbox WHERE target = ?))
                """
            return try String.fetchOne(db, sql: sql, arguments: [id, target])
        }
    }

    /// What was noticed of an analysis; `nil` if nothing was.
    func notes(_ analysis: String) async throws(StoreError) -> AnalysisNotes? {
        let body = try await read { db in
            try String.fetchOne(db, sql: "SELECT body FROM flame_analysis WHERE id = ?", arguments: [analysis])
        }
        return try body.map { text throws(StoreError) in try AnalysisNotes(stored: text) }
    }

    /// What is known of the runs that go on, by the id of the node's part.
    public func activeRuns() async throws(StoreError) -> [String: String] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT id, body FROM flame_run WHERE is_running = 1")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as String, $0["body"] as String) })
        }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await reader.read("the state of the FLAME node was being read", body)
    }
}
