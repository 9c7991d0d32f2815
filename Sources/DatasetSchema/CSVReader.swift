// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles

/// Reads a CSV file record by record in one buffer, as pandas does: quotes doubled inside quotes, line ends of any kind, a byte
/// order mark skipped, empty and blank lines skipped. What leaves it is UTF-8.
struct CSVReader: ~Copyable {
    private static let chunkBytes = 1 << 18
    private static let quote = UInt8(ascii: "\"")

    private enum State {
        case fieldStart
        case plain
        case quoted
        /// After a quote inside a quoted field: its end, or the first half of a doubled quote.
        case quoteInQuoted
    }

    private let file: ReadableFile
    private let format: CSVFormat
    private let limits: SchemaLimits
    private let isCancelled: @Sendable () -> Bool
    private var decoder: TextDecoder
    private var chunk: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var isFirstChunk = true
    private var skipsLineFeed = false
    /// Whether the next byte has no meaning of its own, since the escape character stands before it.
    private var isEscaped = false
    private var rowsToSkip: Int

    /// The bytes of the current record's cells, one after another.
    private(set) var bytes: [UInt8] = []
    /// Where each cell of the current record ends in ``bytes``.
    private(set) var ends: [Int] = []
    private var hasQuote = false
    /// The line that is being read, from 1.
    private var line = 1
    /// The line in which the current record begins; for errors.
    private var firstLine = 1

    /// - Throws: ``SchemaError/Code/file`` for what can't be read, and for what is no regular file: a named pipe would be waited
    ///   for without end.
    init(
        _ url: URL,
        _ format: CSVFormat,
        limits: SchemaLimits,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(SchemaError) {
        file = try Self.open(url)
        self.format = format
        self.limits = limits
        self.isCancelled = isCancelled
        decoder = TextDecoder(format.encoding)
        rowsToSkip = format.skippedRows
    }

    private static func open(_ url: URL) throws(SchemaError) -> ReadableFile {
        do {
            let file = try ReadableFile(url)
            _ = try file.byteCount()
            return file
        } catch {
            throw SchemaError(.file, error.description, underlying: error)
        }
    }

    /// The cells of the current record.
    func cell(_ index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// Moves to the next record.
    ///
    /// - Returns: `false` at the end of the file.
    mutating func next() throws(SchemaError) -> Bool {
        while rowsToSkip > 0 {
            guard try skipLine() else { return false }
            rowsToSkip -= 1
        }
        while try readRecord() {
            if !isBlank { return true }
        }
        return false
    }

    /// Whether the current record is a line with nothing but spaces and tabs.
    private var isBlank: Bool {
        ends.count == 1 && !hasQuote && bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// Skips what is left of a line, whatever stands in it; `false` at the end of the file.
    private mutating func skipLine() throws(SchemaError) -> Bool {
        while true {
            if position == chunk.count, !(try fill()) { return false }
            let byte = chunk[position]
            position += 1
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == UInt8(ascii: "\n") { continue }
            }
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            skipsLineFeed = byte == UInt8(ascii: "\r")
            line += 1
            return true
        }
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
            if isEscaped {
                isEscaped = false
                if state == .fieldStart { state = .plain }
                try append(chunk[position...position])
                position += 1
                continue
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
            case format.delimiter:
                try endCell()
                state = .fieldStart
            case _ where byte == format.escape:
                isEscaped = true
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
        let (delimiter, escape) = (format.delimiter, format.escape ?? Self.quote)
        let end: Int
        if isQuoted {
            end = rest.firstIndex { $0 == Self.quote || $0 == escape } ?? chunk.endIndex
        } else {
            end =
                rest.firstIndex { byte in
                    byte == delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == Self.quote
                        || byte == escape
                } ?? chunk.endIndex
        }
        guard end > position else { return false }
        let text = chunk[position..<end]
        if isQuoted { line += text.count { $0 == UInt8(ascii: "\n") } }
        position = end
        try append(text)
        return true
    }

    private mutating func append(_ text: ArraySlice<UInt8>) throws(SchemaError) {
        bytes += text
        guard bytes.count - (ends.last ?? 0) <= limits.cellBytes else {
            throw fault(
                "a cell is longer than \(limits.cellBytes) bytes",
                hint: "is a quote missing? The limit is limits.schema_cell_bytes"
            )
        }
        guard bytes.count <= limits.recordBytes else {
            throw fault(
                "a record is longer than \(limits.recordBytes) bytes",
                hint: "the limit is limits.schema_record_bytes"
            )
        }
    }

    private mutating func endCell() throws(SchemaError) {
        guard ends.count < limits.columns else {
            throw fault("there are more than \(limits.columns) cells", hint: "the limit is limits.schema_columns")
        }
        let cell = bytes[(ends.last ?? 0)...]
        if let zero = cell.firstIndex(of: 0) { throw try zeroFault(isTail: cell[zero...].allSatisfy { $0 == 0 }) }
        guard cell.allSatisfy({ $0 < 0x80 }) || String(validating: cell, as: UTF8.self) != nil else {
            throw fault(
                "a cell is not UTF-8",
                hint: "save the file with this encoding, or name the file's own: encoding: windows-1252 or latin-1"
            )
        }
        ends.append(bytes.count)
    }

    /// Says what zeros mean, which no text has.
    private mutating func zeroFault(isTail: Bool) throws(SchemaError) -> SchemaError {
        var isTail = isTail
        while isTail {
            isTail = chunk[position...].allSatisfy { $0 == 0 }
            position = chunk.count
            guard isTail, try fill() else { break }
        }
        return isTail
            ? fault(
                "from here to the end the file is zeros, as a power loss leaves it",
                hint: "restore the file; if nothing else is missing, cut the zeros off"
            )
            : fault("a byte is zero: this is no text", hint: "if the file is UTF-16, say so: encoding: utf-16")
    }

    /// Reads the next piece of the file.
    private mutating func fill() throws(SchemaError) -> Bool {
        while !isAtEnd {
            guard !isCancelled() else { throw SchemaError(.cancelled, "the reading of the CSV file was given up") }
            let read: [UInt8]
            do {
                read = [UInt8](try file.read(Self.chunkBytes))
            } catch {
                throw SchemaError(.file, "the CSV file can't be read", underlying: error)
            }
            if isFirstChunk { try checkKind(read) }
            isFirstChunk = false
            isAtEnd = read.isEmpty
            guard let text = decoder.decode(read, isLast: isAtEnd) else {
                throw fault("the file is not \(format.encoding.rawValue)", hint: "is the dataset's encoding right?")
            }
            (chunk, position) = (text, 0)
            if !chunk.isEmpty { return true }
        }
        return false
    }

    /// Refuses files of other kinds by their first bytes.
    private func checkKind(_ bytes: [UInt8]) throws(SchemaError) {
        let packed: [([UInt8], String)] = [
            ([0x1F, 0x8B], "gzip"), ([0x50, 0x4B, 0x03, 0x04], "zip, or of a spreadsheet"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        ]
        if let kind = packed.first(where: { bytes.starts(with: $0.0) })?.1 {
            throw fault("the file is packed, in the form of \(kind)", hint: "unpack it, or save it as CSV")
        }
        guard format.encoding != .utf16 else { return }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw fault("the file is UTF-16", hint: "say so: encoding: utf-16")
        }
    }

    /// An error that says where in the file it is.
    func fault(_ problem: String, hint: String? = nil) -> SchemaError {
        SchemaError(.invalid, "the CSV file can't be used: line \(firstLine): \(problem)", hint: hint)
    }
}
