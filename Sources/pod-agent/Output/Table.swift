// SPDX-License-Identifier: Apache-2.0

import PrintableText

/// Prints text in columns, made printable.
///
/// The columns are as wide as the widest cell of the first rows. Rows after these are printed as they come, so that a table of
/// any length needs little memory; a wider cell widens its column from there on.
struct Table {
    /// How many rows decide about the widths.
    private static let measuredRows = 256

    private var measured: [[String]] = []
    private var isMeasuring = true
    private var widths: [Int] = []

    /// A table with a header, or with rows alone.
    init(header: [String]? = nil) {
        if let header { append(header) }
    }

    /// Takes a row, with as many cells as the others have.
    mutating func append(_ row: [String]) {
        let cells = row.map { $0.printable() }
        for (column, cell) in cells.enumerated() {
            if column == widths.count { widths.append(0) }
            widths[column] = max(widths[column], cell.count)
        }
        guard isMeasuring else { return printRow(cells) }
        measured.append(cells)
        if measured.count > Self.measuredRows { finish() }
    }

    /// Prints what is left.
    mutating func finish() {
        isMeasuring = false
        measured.forEach(printRow)
        measured = []
    }

    private func printRow(_ cells: [String]) {
        let padded = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: width - cell.count)
        }
        var line = padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        StandardOutput.write(line)
    }
}
