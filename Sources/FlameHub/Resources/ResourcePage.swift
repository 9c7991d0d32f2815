// SPDX-License-Identifier: Apache-2.0

/// A part of a list. It is a collection of the records that could be read.
public struct ResourcePage<Record: HubRecord>: Sendable {
    /// Every row, in the Hub's order, also those that don't fit the model.
    public let rows: [ResourceRow<Record>]
    /// How many rows match in all, if the Hub says so.
    public let total: Int?
    /// How many rows the Hub gives at most; it may be less than was asked for.
    public let limit: Int
    /// How many rows were skipped.
    public let offset: Int
    /// The records that could be read, in the Hub's order.
    public let records: [Record]

    init(rows: [ResourceRow<Record>], total: Int?, limit: Int, offset: Int) {
        self.rows = rows
        self.total = total
        self.limit = limit
        self.offset = offset
        self.records = rows.compactMap(\.record)
    }

    /// The rows that don't fit the model. They are kept, so that one odd row does not cost the list.
    public var unreadable: [ResourceRow<Record>] { rows.filter { $0.record == nil } }

    /// Whether no rows are behind this page.
    public var isLast: Bool {
        rows.count < limit || total.map { offset + rows.count >= $0 } ?? false
    }
}

extension ResourcePage: RandomAccessCollection {
    /// The position of the first record.
    public var startIndex: Int { records.startIndex }
    /// The position behind the last record.
    public var endIndex: Int { records.endIndex }
    /// The record at a position.
    public subscript(position: Int) -> Record { records[position] }
}
