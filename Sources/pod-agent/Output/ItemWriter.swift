// SPDX-License-Identifier: Apache-2.0

import Bitfount

/// Prints the items of a list one by one as they come, so that a list of any length needs little memory.
protocol ItemWriter<Item> {
    associatedtype Item

    /// Prints an item, now or together with later ones.
    mutating func write(_ item: Item) throws
    /// Prints what is left.
    mutating func finish()
}

/// For people: a header, and a line for each item.
struct TableWriter<Item>: ItemWriter {
    private let columns: [Field<Item>]
    private var table: Table

    /// A table of the fields that people see.
    init(_ fields: [Field<Item>]) {
        columns = fields.filter(\.isInTable)
        table = Table(header: columns.map(\.heading))
    }

    mutating func write(_ item: Item) {
        table.append(columns.map { $0.value(item).cell })
    }

    mutating func finish() {
        table.finish()
    }

    /// Prints a whole table.
    static func show(_ items: [Item], _ fields: [Field<Item>]) {
        var writer = Self(fields)
        for item in items { writer.write(item) }
        writer.finish()
    }
}

/// For programs: a JSON list.
struct JSONListWriter<Item>: ItemWriter {
    private let text: (Item) throws -> String
    private var isEmpty = true

    /// - Parameter text: The JSON of an item.
    init(_ text: @escaping (Item) throws -> String) {
        self.text = text
    }

    mutating func write(_ item: Item) throws {
        StandardOutput.write(json: isEmpty ? "[" : ",")
        StandardOutput.write(json: try text(item), terminator: "")
        isEmpty = false
    }

    mutating func finish() {
        StandardOutput.write(json: isEmpty ? "[]" : "\n]")
    }
}

/// For programs: one record a line, byte for byte as it is stored unless a terminal shows it.
struct JSONLinesWriter<Item>: ItemWriter {
    private let line: (Item) -> String

    /// - Parameter line: The JSON of an item, without a line break in it.
    init(_ line: @escaping (Item) -> String) {
        self.line = line
    }

    func write(_ item: Item) {
        StandardOutput.write(stored: line(item))
    }

    func finish() {}
}
