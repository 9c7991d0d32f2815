// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads a CSV file record by record in one buffer, as pandas does: comma-separated, quotes doubled inside quotes, line ends of
/// any kind, a byte order mark skipped, empty and blank lines skipped. UTF-8 throughout.
struct CSVReader: ~Copyable {
    private static let chunkBytes = 1 << 18
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let quote = UInt8(ascii: "\"")

    private enum State {
        case fieldStart
        case plain
        case quoted
        /// After a quote inside a quoted field: its end, or the first half of a doubled quote.
        case quoteInQuoted
    }

    private let file: FileHandle
    private let limits: SchemaLimits
    private var chunk: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var isFirstChunk = true
    private var skipsLineFeed = false

    /// The bytes of the current record's cells, one after another.
    private(set) var bytes: [UInt8] = []
    /// Where each cell of the current record ends in ``bytes``.
    private(set) var ends: [Int] = []
    private var hasQuote = false
    /// The line that is being read, from 1.
    private var line = 1
    /// The line in which the current record begins; for errors.
    private var firstLine = 1

    init(_ url: URL, limits: SchemaLimits) throws(SchemaError) {
        self.init(try Self.open(url), limits: limits)
    }

    private init(_ file: FileHandle, limits: SchemaLimits) {
        self.file = file
        self.limits = limits
    }

    private static func open(_ url: URL) throws(SchemaError) -> FileHandle {
        do {
            return try FileHandle(forReadingFrom: url)
        } catch {
            throw SchemaError(.file, "\(url.path) can't be read", underlying: error)
        }
    }

    deinit {
        // Nothing was written: a failing close loses nothing.
        try? file.close()
    }

    /// The cells of the current record.
    func cell(_ index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// Moves to the next record.
    ///
    /// - Returns: `false` at the end of the file.
    mutating func next() throws(SchemaError) -> Bool {
        while try readRecord() {
            if !isBlank { return true }
        }
        return false
    }

    /// Whether the current record is a line with nothing but spaces and tabs.
    private var isBlank: Bool {
        ends.count == 1 && !hasQuote && bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    private mutating func readRecord() throws(SchemaError) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        hasQuote = false
        firstLine = line
        var state = State.fieldStart
        while true {
            if position == chunk.count, !(try fill()) {
                guard state != .quoted else { throw fault("a quoted cell has no end") }
                guard !bytes.isEmpty || !ends.isEmpty || hasQuote else { return false }
                try endCell()
                return true
            }
            if skipsLineFeed {
                skipsLineFeed = false
                if chunk[position] == UInt8(ascii: "\n") {
                    position += 1
                    continue
                }
            }
            if try takeText(isQuoted: state == .quoted) {
                if state != .quoted { state = .plain }
                continue
            }
            let byte = chunk[position]
            position += 1
            switch byte {
            case Self.quote where state == .fieldStart:
                state = .quoted
                hasQuote = true
            case Self.quote where state == .quoted:
                state = .quoteInQuoted
            case Self.quote:
                try append(chunk[position - 1..<position])
                if state == .quoteInQuoted { state = .quoted }
            case UInt8(ascii: ","):
                try endCell()
                state = .fieldStart
            default:
                skipsLineFeed = byte == UInt8(ascii: "\r")
                try endCell()
                line += 1
                return true
            }
        }
    }

    /// Takes the bytes up to the next one that has a meaning; `false` if there are none.
    private mutating func takeText(isQuoted: Bool) throws(SchemaError) -> Bool {
        let rest = chunk[position...]
        let end =
            (isQuoted ? rest.firstIndex(of: Self.quote) : rest.firstIndex(where: Self.hasMeaning)) ?? chunk.endIndex
        guard end > position else { return false }
        let text = chunk[position..<end]
        if isQuoted { line += text.count { $0 == UInt8(ascii: "\n") } }
        position = end
        try append(text)
        return true
    }

    private static func hasMeaning(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == quote
    }

    private mutating func append(_ text: ArraySlice<UInt8>) throws(SchemaError) {
        bytes += text
        guard bytes.count - (ends.last ?? 0) <= limits.cellBytes else {
            throw fault("a cell is longer than \(limits.cellBytes) bytes")
        }
    }

    private mutating func endCell() throws(SchemaError) {
        guard ends.count < limits.columns else { throw fault("there are more than \(limits.columns) cells") }
        let cell = bytes[(ends.last ?? 0)...]
        guard !cell.contains(0) else { throw fault("a byte is zero: this is no text") }
        guard cell.allSatisfy({ $0 < 0x80 }) || String(validating: cell, as: UTF8.self) != nil else {
            throw fault("a cell is not UTF-8. Save the file with this encoding")
        }
        ends.append(bytes.count)
    }

    /// Reads the next piece of the file.
    private mutating func fill() throws(SchemaError) -> Bool {
        guard !isAtEnd else { return false }
        do {
            chunk = try file.read(upToCount: Self.chunkBytes).map { [UInt8]($0) } ?? []
        } catch {
            throw SchemaError(.file, "the CSV file can't be read", underlying: error)
        }
        position = isFirstChunk && chunk.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        isFirstChunk = false
        isAtEnd = chunk.isEmpty
        return position < chunk.count
    }

    /// An error that says where in the file it is.
    func fault(_ problem: String) -> SchemaError {
        SchemaError(.invalid, "the CSV file can't be used: line \(firstLine): \(problem)")
    }
}
