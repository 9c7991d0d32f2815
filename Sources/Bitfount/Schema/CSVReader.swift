import Foundation

/// Reads a CSV file record by record in one buffer: comma-separated, quotes doubled inside quotes, line ends of any kind, a byte
/// order mark skipped, empty lines skipped.
struct CSVReader: ~Copyable {
    private static let chunkBytes = 1 << 18
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

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
    /// The number of the current record, from 1; for errors.
    private(set) var record = 0

    init(_ url: URL, limits: SchemaLimits) throws(BitfountError) {
        do {
            file = try FileHandle(forReadingFrom: url)
        } catch {
            throw BitfountError(.file, "\(url.path) can't be read", underlying: error)
        }
        self.limits = limits
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
    mutating func next() throws(BitfountError) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        var state = State.fieldStart
        var hasContent = false
        var cellStart = 0

        while true {
            if position == chunk.count, !(try fill()) {
                guard state != .quoted else { throw fault("a quoted cell has no end") }
                guard hasContent else { return false }
                try endCell(&cellStart)
                record += 1
                return true
            }
            let byte = chunk[position]
            position += 1
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == UInt8(ascii: "\n") { continue }
            }
            if state == .quoted {
                if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { try append(byte, cellStart) }
                continue
            }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                skipsLineFeed = byte == UInt8(ascii: "\r")
                guard hasContent else { continue }
                try endCell(&cellStart)
                record += 1
                return true
            case UInt8(ascii: ","):
                try endCell(&cellStart)
                state = .fieldStart
                hasContent = true
            case UInt8(ascii: "\"") where state == .fieldStart:
                state = .quoted
                hasContent = true
            case UInt8(ascii: "\"") where state == .quoteInQuoted:
                try append(byte, cellStart)
                state = .quoted
            default:
                try append(byte, cellStart)
                state = .plain
                hasContent = true
            }
        }
    }

    private mutating func append(_ byte: UInt8, _ cellStart: Int) throws(BitfountError) {
        bytes.append(byte)
        guard bytes.count - cellStart <= limits.cellBytes else {
            throw fault("a cell is longer than \(limits.cellBytes) bytes")
        }
    }

    private mutating func endCell(_ cellStart: inout Int) throws(BitfountError) {
        guard ends.count < limits.columns else { throw fault("there are more than \(limits.columns) cells") }
        ends.append(bytes.count)
        cellStart = bytes.count
    }

    /// Reads the next piece of the file.
    private mutating func fill() throws(BitfountError) -> Bool {
        guard !isAtEnd else { return false }
        do {
            chunk = try file.read(upToCount: Self.chunkBytes).map { [UInt8]($0) } ?? []
        } catch {
            throw BitfountError(.file, "the CSV file can't be read", underlying: error)
        }
        position = isFirstChunk && chunk.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        isFirstChunk = false
        isAtEnd = chunk.isEmpty
        return position < chunk.count
    }

    /// An error that says where in the file it is.
    func fault(_ problem: String) -> BitfountError {
        BitfountError(.invalidArgument, "CSV record \(record + 1): \(problem)")
    }
}
