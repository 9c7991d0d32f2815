// SPDX-License-Identifier: Apache-2.0

/// How pandas reads floating-point numbers.
///
/// Not to the nearest number but in steps that each round, from at most 17 digits. Labels show the difference, so the same
/// steps are taken here.
enum FloatingNumber {
    private static let maximumDigits = 17
    /// The exponents for which there is a power of ten.
    private static let maximumExponent = 308
    private static let powersOfTen = (0...maximumExponent).map { Double("1e\($0)") ?? .infinity }

    /// The number that a cell is; `nil` if it is none or too large.
    static func read(_ cell: ArraySlice<UInt8>) -> Double? {
        decimal(cell) ?? infinity(cell)
    }

    private static func decimal(_ cell: ArraySlice<UInt8>) -> Double? {
        var rest = cell.drop(while: WholeNumber.isSpace)
        let isNegative = takeSign(&rest)
        var number = 0.0
        var digits = 0
        var exponent = 0
        while let byte = rest.first, WholeNumber.isDigit(byte) {
            if digits < maximumDigits {
                number = number * 10 + Double(byte - UInt8(ascii: "0"))
                digits += 1
            } else {
                exponent += 1
            }
            rest.removeFirst()
        }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            while let byte = rest.first, WholeNumber.isDigit(byte) {
                if digits < maximumDigits {
                    number = number * 10 + Double(byte - UInt8(ascii: "0"))
                    digits += 1
                    exponent -= 1
                }
                rest.removeFirst()
            }
        }
        guard digits > 0 else { return nil }
        if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            guard let shift = takeExponent(&rest) else { return nil }
            exponent += shift
        }
        guard rest.allSatisfy(WholeNumber.isSpace) else { return nil }
        return scale(isNegative ? -number : number, exponent)
    }

    /// Takes a sign; says whether it is a minus.
    private static func takeSign(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        return sign == UInt8(ascii: "-")
    }

    private static func takeExponent(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let isNegative = takeSign(&rest)
        let digits = rest.prefix(maximumDigits).prefix(while: WholeNumber.isDigit)
        guard let exponent = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        rest.removeFirst(digits.count)
        return isNegative ? -exponent : exponent
    }

    private static func scale(_ number: Double, _ exponent: Int) -> Double? {
        switch exponent {
        case (maximumExponent + 1)...: return nil
        case 0...:
            let scaled = number * powersOfTen[exponent]
            return scaled.isFinite ? scaled : nil
        case (-maximumExponent)...: return number / powersOfTen[-exponent]
        case (-2 * maximumExponent)...:
            return number / powersOfTen[-maximumExponent - exponent] / powersOfTen[maximumExponent]
        default: return number.sign == .minus ? -0.0 : 0
        }
    }

    private static func infinity(_ cell: ArraySlice<UInt8>) -> Double? {
        guard cell.count <= "-infinity".utf8.count else { return nil }
        switch String(decoding: cell, as: UTF8.self).lowercased() {
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }
}
