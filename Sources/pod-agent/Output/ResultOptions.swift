import ArgumentParser
import Bitfount

/// How a command shows its result.
struct ResultOptions: ParsableArguments {
    @Option(name: .long, help: "How to print the result.")
    var output = OutputFormat.table

    /// Prints one line for each item, or a JSON list.
    func show<Item>(list items: [Item], _ fields: [Field<Item>]) throws {
        switch output {
        case .json:
            print(try JSON.text(items.map { Self.document($0, fields) }))
        case .table:
            let columns = fields.filter(\.isInTable)
            var table = Table(columns.map(\.heading))
            for item in items { table.append(columns.map { $0.value(item).cell }) }
            print(table.render())
        }
    }

    /// Prints one line for each field, or a JSON object.
    func show<Item>(_ item: Item, _ fields: [Field<Item>]) throws {
        switch output {
        case .json:
            print(try JSON.text(Self.document(item, fields)))
        case .table:
            let lines = fields.filter(\.isInTable)
            guard let first = lines.first else { return }
            var table = Table([first.heading, first.value(item).cell])
            for line in lines.dropFirst() { table.append([line.heading, line.value(item).cell]) }
            print(table.render())
        }
    }

    /// The fields of an item as a JSON object.
    static func document<Item>(_ item: Item, _ fields: [Field<Item>]) -> JSONValue {
        .object(JSONObject(fields.map { ($0.key, $0.value(item)) }))
    }
}
