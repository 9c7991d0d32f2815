// SPDX-License-Identifier: Apache-2.0

import AuditLog
package import GRDB
package import OwnerPolicy
package import StateStore

/// How many tasks were accepted under the limits of the owner's rules: ``TaskStore``, or what takes its place in a test.
package protocol LimitCounts: Sendable {
    /// Holds a task against its rules, and those against the acceptances that are durable.
    func examine(_ examination: RulesExamination) async throws -> Policy.Finding
}

extension TaskStore: LimitCounts {
    package func examine(_ examination: RulesExamination) async throws -> Policy.Finding {
        let now = log.environment.milliseconds
        return try await log.store.read("the counts of limits were being read") { db in
            try examination.policy.examine(examination.task, at: examination.moment) { use, limit in
                try LimitTable.isReached(use, limit, milliseconds: now, in: db)
            }
        }
    }
}

/// The statements on `limit_use`: the acceptances that limits count, one row for each limit that a task went under.
enum LimitTable {
    /// Whether as many tasks were accepted as the limit allows.
    ///
    /// A window ends at the later of now and the newest acceptance: a clock that was set back opens none wider.
    static func isReached(
        _ use: LimitUse,
        _ limit: RuleLimit,
        milliseconds now: Int64,
        in db: Database
    ) throws -> Bool {
        let end = max(now, try newest(use, in: db) ?? now)
        let start = limit.window.map { end - $0.components.seconds * 1_000 } ?? .min
        let found = try Int.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT count(*) FROM (
                        SELECT 1 FROM limit_use WHERE rule = ? AND subject = ? AND at_ms > ? LIMIT ?
                    )
                    """
            ),
            arguments: [use.rule, use.subject.columnText, start, limit.count]
        )
        return found ?? 0 >= limit.count
    }

    /// Counts an acceptance, at a time that is never before the one counted last.
    static func insert(_ counted: CountedUse, sequence: Int64, milliseconds now: Int64, in db: Database) throws {
        let time = max(now, try newest(counted.use, in: db) ?? now)
        try insert(
            Acceptance(use: counted.use, scope: counted.limit.each.rawValue, milliseconds: time),
            sequence,
            in: db
        )
    }

    /// An acceptance that a limit counts.
    struct Acceptance: Sendable, Hashable {
        let use: LimitUse
        let scope: String
        let milliseconds: Int64
    }

    /// The acceptances that can still be read of a damaged file, from either end of the table.
    static func acceptances(in damaged: DamagedState) -> [Acceptance] {
        var found: [Int64: Acceptance] = [:]
        for order in ["ASC", "DESC"] {
            damaged.read { db in
                let rows = try Row.fetchCursor(
                    db,
                    sql: "SELECT rowid, rule, subject, scope, at_ms FROM limit_use NOT INDEXED ORDER BY rowid \(order)"
                )
                while let row = try rows.next() {
                    let use = LimitUse(rule: row["rule"], subject: row["subject"])
                    found[row["rowid"]] = Acceptance(use: use, scope: row["scope"], milliseconds: row["at_ms"])
                }
            }
        }
        return Array(found.values)
    }

    static func insert(_ row: Acceptance, _ sequence: Int64 = 0, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO limit_use (rule, subject, scope, seq, at_ms, seal)
                VALUES (?1, ?2, ?3, ?4, ?5, row_seal(?1, ?2, ?3, ?4, ?5))
                """
        ).execute(arguments: [
            row.use.rule, row.use.subject.columnText, row.scope, sequence, row.milliseconds,
        ])
        try RowCounts.change("limit_use", in: db)
    }

    private static func newest(_ use: LimitUse, in db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(at_ms) FROM limit_use WHERE rule = ? AND subject = ?"),
            arguments: [use.rule, use.subject.columnText]
        )
    }
}

/// The tables of the owner's rules.
package struct RuleTables: StateComponent {
    package init() {}

    package let steps = [SchemaStep(10, uses)]

    static let use = CheckedTable(
        "limit_use",
        columns: "rule, subject, scope, seq, at_ms",
        rowName: .number("seq"),
        part: .limits
    )

    package let checkedTables = [use]
    package let countedTables = [CountedTable(use.name, part: use.part, since: 10)]

    /// The acceptances, as far as reading gets, so that a new log opens no limit again.
    package func salvage(from damaged: DamagedState) -> (@Sendable (Database) throws -> Int)? {
        let rows = LimitTable.acceptances(in: damaged)
        guard !rows.isEmpty else { return nil }
        return { db in
            for row in rows { try LimitTable.insert(row, in: db) }
            return rows.count
        }
    }

    /// The counts of a modeller who is forgotten are nobody's any more, and begin anew.
    package func forget(_ name: String, in db: Database) throws -> Int {
        try db.execute(
            sql: """
                UPDATE limit_use SET subject = '', seal = row_seal(rule, '', scope, seq, at_ms)
                WHERE scope = 'modeller' AND subject = ?
                """,
            arguments: [name.columnText]
        )
        return db.changesCount
    }

    /// Acceptances by the rule that counted them. `seq` is that of the decision's entry, 0 for one of a log that was
    /// set aside; `scope` says what `subject` names.
    private static let uses = """
        CREATE TABLE limit_use (
            rule TEXT NOT NULL,
            subject TEXT NOT NULL,
            scope TEXT NOT NULL,
            seq INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            seal BLOB NOT NULL
        ) STRICT;
        CREATE INDEX limit_use_window ON limit_use (rule, subject, at_ms);
        CREATE TRIGGER limit_use_is_never_deleted BEFORE DELETE ON limit_use
        BEGIN SELECT RAISE(ABORT, 'counted acceptances are never removed'); END;
        """
}

extension VerificationFinding.Part {
    /// An acceptance that a limit counts; `position` is the number of its entry.
    package static let limits = Self(rawValue: "limits")
}
