// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Bitfount
import Cryptography
import StrictJSON

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// Columns for people.
    case table
    /// JSON for programs, with keys in snake case; its form changes only with a new major version.
    case json
}

/// Prints a command's result in the form that was asked for. Commands give values and columns, and never look at the form.
struct ResultOptions: ParsableArguments {
    @Option(name: .long, help: "How to print the result.")
    private var output = OutputFormat.table

    /// The one place where the form is looked at.
    private func inForm<Result>(table: () throws -> Result, json: () throws -> Result) rethrows -> Result {
        switch output {
        case .table: try table()
        case .json: try json()
        }
    }

    // MARK: One result

    /// Prints one line for each field, or a JSON object.
    func show<Item>(_ item: Item, _ fields: [Field<Item>]) throws {
        try show(JSONValue(item, fields)) {
            var lines = Table()
            for field in fields where field.isInTable { lines.append([field.heading, field.value(item).cell]) }
            lines.finish()
        }
    }

    /// Prints the fields of an item as a JSON object, or what `table` prints for people.
    func show<Item>(_ item: Item, _ fields: [Field<Item>], table: () throws -> Void) throws {
        try show(JSONValue(item, fields), table: table)
    }

    /// Prints a record of somebody else, with every field that it has: a line for each, or a JSON object.
    func show(record: JSONValue) throws {
        try show(record) {
            var lines = Table()
            for (name, value) in (record.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines.append([Field<JSONValue>.heading(name), value.cell])
            }
            lines.finish()
        }
    }

    /// Prints a public key as a bare OpenSSH line, ready for a file or a pipe, or as a JSON object.
    func show(_ key: RSAPublicKey) throws {
        let fields: [Field<RSAPublicKey>] = [Field("openssh") { $0.openSSH }, Field("pem") { $0.pem }]
        try show(key, fields) { print(key.openSSH) }
    }

    /// Prints a document as JSON, or what `table` prints for people.
    func show(_ document: some Encodable, table: () throws -> Void) throws {
        try inForm(table: table) { print(try JSON.text(document)) }
    }

    /// Prints a line that is JSON already as it is, or what `table` prints for people.
    func show(line: String, table: () throws -> Void) throws {
        try inForm(table: table) { print(line) }
    }

    // MARK: Lists

    /// Prints one line for each item, or a JSON list.
    func show<Item>(list items: [Item], _ fields: [Field<Item>]) throws {
        var writer: any ItemWriter<Item> = inForm {
            TableWriter(fields)
        } json: {
            JSONListWriter { try JSON.element(JSONValue($0, fields)) }
        }
        for item in items { try writer.write(item) }
        writer.finish()
    }

    /// A table, or a JSON list with records of somebody else as they came, one a line.
    func list<Item>(_ fields: [Field<Item>], record: @escaping (Item) -> String) -> any ItemWriter<Item> {
        inForm {
            TableWriter(fields)
        } json: {
            JSONListWriter(record)
        }
    }

    /// A table, or the records one a line, byte for byte as they are stored.
    func lines<Item>(_ fields: [Field<Item>], line: @escaping (Item) -> String) -> any ItemWriter<Item> {
        inForm {
            TableWriter(fields)
        } json: {
            JSONLinesWriter(line)
        }
    }
}
