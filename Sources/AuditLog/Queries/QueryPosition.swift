import GRDB

/// How far a query has been read: the sequence numbers that are left.
struct QueryPosition: Sendable {
    private var remaining: Range<Int64>

    /// All entries that the log has now and that the query's own range allows.
    static func start(of query: AuditQuery, in db: Database) throws -> QueryPosition {
        let all = 0..<(try EntryTable.count(in: db))
        return QueryPosition(remaining: query.sequences.map { all.clamped(to: $0) } ?? all)
    }

    /// The next entries, at most `count`, and where to go on.
    func read(_ query: AuditQuery, count: Int, in db: Database) throws -> ([RecordedEntry], QueryPosition) {
        var (conditions, arguments) = Self.conditions(of: query)
        conditions += ["entry_index.seq >= ?", "entry_index.seq < ?"]
        arguments += [remaining.lowerBound, remaining.upperBound, Int64(count)]
        let direction = query.order == .oldestFirst ? "ASC" : "DESC"
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT entry.seq, entry.body FROM entry_index JOIN entry ON entry.seq = entry_index.seq
                    WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY entry_index.seq \(direction) LIMIT ?
                    """
            ),
            arguments: arguments
        )
        var entries: [RecordedEntry] = []
        while let row = try rows.next() {
            let body = try row.withUnsafeData(atIndex: 1) { Array($0 ?? .init()) }
            entries.append(try RecordedEntry(sequence: row[0], body: body))
        }
        return (entries, after(entries.last?.sequence, query.order))
    }

    private func after(_ last: Int64?, _ order: AuditQuery.Order) -> QueryPosition {
        guard let last else { return QueryPosition(remaining: remaining.upperBound..<remaining.upperBound) }
        return switch order {
        case .oldestFirst: QueryPosition(remaining: last + 1..<remaining.upperBound)
        case .newestFirst: QueryPosition(remaining: remaining.lowerBound..<last)
        }
    }

    private static func conditions(of query: AuditQuery) -> ([String], StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        require("at_ms >= ?", query.from.map(EntryTime.milliseconds))
        require("at_ms < ?", query.until.map(EntryTime.milliseconds))
        require("modeller = ?", query.modeller)
        require("dataset = ?", query.dataset)
        require("decision = ?", query.decision?.rawValue)
        require("task = ?", query.task)
        if !query.types.isEmpty {
            conditions.append("type IN (\(query.types.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(query.types.map(\.rawValue).sorted())
        }
        return (conditions, arguments)
    }
}
