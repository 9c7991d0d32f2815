import FlameNode
import FlameHub
import PrintableText

/// Prints rows of the Hub: a table for people, a JSON list for programs with every field that the Hub sent.
struct FlameRowPrinter {
    private let format: OutputFormat
    private let columns: [String]
    private var table: Table
    /// How many rows there were.
    private(set) var count = 0

    init(_ format: OutputFormat, columns: [String]) {
        self.format = format
        self.columns = columns
        table = Table(columns.map(Self.heading))
    }

    /// Takes a row. JSON is printed at once, so that lists of any length need no memory.
    mutating func print(_ row: JSONValue) {
        switch format {
        case .table: table.append(columns.map { row.objectValue?[$0]?.cell ?? "-" })
        case .json: Swift.print((count == 0 ? "[" : ",") + "\n" + row.text, terminator: "")
        }
        count += 1
    }

    /// Prints what is left.
    func finish() {
        switch format {
        case .table: Swift.print(table.render())
        case .json: Swift.print(count == 0 ? "[]" : "\n]")
        }
    }

    /// Prints one row: a line for each field, or a JSON object.
    static func show(_ row: JSONValue, _ format: OutputFormat) {
        switch format {
        case .json: Swift.print(row.text)
        case .table:
            let fields = (row.objectValue ?? [:]).sorted { $0.key < $1.key }
            let widest = fields.map { heading($0.key).count }.max() ?? 0
            for (name, value) in fields {
                let heading = heading(name)
                let gap = String(repeating: " ", count: widest - heading.count + 2)
                Swift.print(heading + gap + value.cell.printable())
            }
        }
    }

    private static func heading(_ name: String) -> String {
        name.reduce(into: "") { heading, letter in
            if letter.isUppercase { heading.append(" ") }
            heading.append(letter.uppercased())
        }
    }
}
