// SPDX-License-Identifier: Apache-2.0

/// Floating-point numbers as Python writes them, for texts that Python programs compare or hash.
package enum PythonNumber {
    /// From here on Python uses an exponent; Swift does from 2⁵³, beyond which not every whole number is a float.
    private static let exponentFrom = 1e16

    /// Python's `repr` of a float: the shortest text that reads back as the same number, with a point or an exponent.
    package static func text(_ number: Double) -> String {
        guard (0x1p53..<exponentFrom).contains(number.magnitude) else { return number.description }
        return "\(Int64(number)).0"
    }
}
