import Foundation

/// What one cell of a CSV file is, as pandas reads it (protocol reference, section 5.5).
enum CellValue: Equatable {
    case missing
    case boolean(Bool)
    case integer(Int64)
    /// Beyond `Int64`, within `UInt64`.
    case unsignedInteger(UInt64)
    case number(Double)
    case text

    /// Every spelling of a missing value that pandas 2 knows.
    static let missingTokens: Set<String> = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL",
        "NaN", "None", "n/a", "nan", "null",
    ]
    private static let longestMissingToken = 8

    init(_ cell: ArraySlice<UInt8>) {
        guard let first = cell.first else {
            self = .missing
            return
        }
        // Of the tokens that begin with a digit, all have a # in them, which no number has.
        if cell.count <= Self.longestMissingToken, !Self.isDigit(first) || cell.contains(UInt8(ascii: "#")),
            Self.missingTokens.contains(String(decoding: cell, as: UTF8.self))
        {
            self = .missing
            return
        }
        switch first {
        case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "F"), UInt8(ascii: "f"):
            self = Self.boolean(cell) ?? .text
        default:
            self = Self.numeric(Self.trimmed(cell)) ?? .text
        }
    }

    private static func boolean(_ cell: ArraySlice<UInt8>) -> CellValue? {
        switch String(decoding: cell, as: UTF8.self) {
        case "True", "TRUE", "true": .boolean(true)
        case "False", "FALSE", "false": .boolean(false)
        default: nil
        }
    }

    private static func numeric(_ cell: ArraySlice<UInt8>) -> CellValue? {
        guard let first = cell.first else { return nil }
        let hasSign = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        let digits = hasSign ? cell.dropFirst() : cell
        guard let lead = digits.first else { return nil }
        if digits.allSatisfy(isDigit) {
            return integer(digits, isNegative: first == UInt8(ascii: "-"))
        }
        guard isDigit(lead) || lead == UInt8(ascii: ".") else {
            return infinity(digits, isNegative: first == UInt8(ascii: "-"))
        }
        // Swift also reads hexadecimal and names, which pandas does not.
        guard digits.allSatisfy({ isDigit($0) || Self.numberBytes.contains($0) }) else { return nil }
        return Double(String(decoding: cell, as: UTF8.self)).map { .number($0) }
    }

    /// Integers beyond 64 bits are text to pandas.
    private static func integer(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> CellValue? {
        var magnitude: UInt64 = 0
        for digit in digits {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            magnitude = sum
        }
        if isNegative { return magnitude <= 1 << 63 ? .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) : nil }
        return Int64(exactly: magnitude).map { .integer($0) } ?? .unsignedInteger(magnitude)
    }

    private static func infinity(_ cell: ArraySlice<UInt8>, isNegative: Bool) -> CellValue? {
        switch String(decoding: cell, as: UTF8.self).lowercased() {
        case "inf", "infinity": .number(isNegative ? -.infinity : .infinity)
        default: nil
        }
    }

    private static let numberBytes = Set(".eE+-".utf8)

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Spaces around a number do not matter.
    private static func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var trimmed = cell
        while trimmed.first == UInt8(ascii: " ") { trimmed.removeFirst() }
        while trimmed.last == UInt8(ascii: " ") { trimmed.removeLast() }
        return trimmed
    }
}
