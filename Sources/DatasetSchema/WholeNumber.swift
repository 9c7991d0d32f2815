// SPDX-License-Identifier: Apache-2.0

/// What pandas' reader of whole numbers makes of a cell.
///
/// It goes from left to right: that a number is too long is noticed before what follows it.
struct WholeNumber: Equatable {
    enum Reading: Equatable {
        /// Within `Int64`.
        case signed(Int64)
        /// Beyond `Int64`, within `UInt64`.
        case unsigned(UInt64)
        /// Beyond `Int64`, within `UInt64`, and then something else.
        case unsignedAndMore
        /// Beyond `UInt64`, whatever follows.
        case tooLong
        /// Below `Int64`, whatever follows.
        case tooLow
        /// No whole number.
        case none
    }

    let reading: Reading
    let hasMinus: Bool

    init(_ cell: ArraySlice<UInt8>) {
        var rest = cell.drop(while: Self.isSpace)
        let sign = rest.first
        hasMinus = sign == UInt8(ascii: "-")
        if hasMinus || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        reading = Self.read(rest, isNegative: hasMinus)
    }

    private static func read(_ cell: ArraySlice<UInt8>, isNegative: Bool) -> Reading {
        guard cell.first.map(isDigit) ?? false else { return .none }
        var magnitude: UInt64 = 0
        var position = cell.startIndex
        while position < cell.endIndex, isDigit(cell[position]) {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(cell[position] - UInt8(ascii: "0")))
            guard !overflow, !carry else { return isNegative ? .tooLow : .tooLong }
            magnitude = sum
            position += 1
        }
        let isWhole = cell[position...].allSatisfy(isSpace)
        if isNegative {
            guard magnitude <= 1 << 63 else { return .tooLow }
            return isWhole ? .signed(Int64(truncatingIfNeeded: 0 &- magnitude)) : .none
        }
        guard let number = Int64(exactly: magnitude) else {
            return isWhole ? .unsigned(magnitude) : .unsignedAndMore
        }
        return isWhole ? .signed(number) : .none
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") <= 9
    }

    /// White space as C knows it.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }
}

/// Whether a column can be read as whole numbers.
///
/// pandas reads a column from its top as `Int64`. Where that meets a number that is too large, it starts anew as `UInt64`.
/// Each attempt ends at the first cell that it can't take, and why decides how the column is read then.
struct WholeNumberAttempt {
    enum Outcome {
        case signed
        case unsigned
        /// Large numbers beside negative or missing ones: text, and what is missing is text too.
        case conflict
        /// Numbers beyond 64 bits: text.
        case outOfRange
        /// Something else than whole numbers: other types are tried.
        case other
    }

    private enum End {
        case overflow
        case otherText
    }

    private var signed: End?
    private var unsigned: End?
    private var hasNegative = false
    private var hasUnsigned = false

    /// Whether further cells can't change the outcome.
    var isOver: Bool { signed == .otherText || unsigned != nil }

    mutating func add(_ number: WholeNumber) {
        if signed == nil {
            switch number.reading {
            case .signed: break
            case .none: signed = .otherText
            case .unsigned, .unsignedAndMore, .tooLong, .tooLow: signed = .overflow
            }
        }
        guard unsigned == nil else { return }
        // The second attempt takes every cell that begins with a minus, to refuse the column in the end.
        if number.hasMinus {
            hasNegative = true
            return
        }
        switch number.reading {
        case .signed: break
        case .unsigned: hasUnsigned = true
        case .tooLong, .tooLow: unsigned = .overflow
        case .unsignedAndMore, .none: unsigned = .otherText
        }
    }

    func outcome(hasMissing: Bool) -> Outcome {
        guard let signed else { return .signed }
        if signed == .otherText || unsigned == .otherText { return .other }
        if unsigned == .overflow { return .outOfRange }
        if hasUnsigned, hasNegative || hasMissing { return .conflict }
        return hasNegative ? .outOfRange : .unsigned
    }
}
