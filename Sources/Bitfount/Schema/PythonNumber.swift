/// Floating-point numbers as Python writes them, for labels that Python readers compare.
enum PythonNumber {
    /// From here on Python uses an exponent; Swift only from 2^54.
    private static let exponentFrom = 1e16

    /// Python's `repr` of a float.
    static func text(_ number: Double) -> String {
        let text = number.description
        guard number.magnitude >= exponentFrom, number.isFinite, !text.contains("e") else { return text }
        let sign = number < 0 ? "-" : ""
        let digits = text.drop { $0 == "-" }.prefix { $0 != "." }
        var mantissa = digits.dropFirst()
        while mantissa.last == "0" { mantissa.removeLast() }
        return "\(sign)\(digits.prefix(1))\(mantissa.isEmpty ? "" : ".\(mantissa)")e+\(digits.count - 1)"
    }
}
