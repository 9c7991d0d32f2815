/// What has been seen of one column so far: enough to say its type, and its distinct values where those are wanted.
struct ColumnProfile {
    let name: String
    private let tracksValues: Bool
    private let limits: SchemaLimits

    private var missing = 0
    private var booleans = 0
    private var integers = 0
    private var numbers = 0
    private var texts = 0
    private var hasFraction = false
    private var hasNegative = false
    private var exceedsInt64 = false
    private var hasTrue = false
    private var hasFalse = false
    private var distinct: Set<ArraySlice<UInt8>> = []

    /// - Parameter tracksValues: Whether the distinct values are to be known, for a categorical column.
    init(name: String, tracksValues: Bool, limits: SchemaLimits) {
        self.name = name
        self.tracksValues = tracksValues
        self.limits = limits
    }

    /// Whether the column's cells decide nothing any more.
    private var isText: Bool { texts > 0 }

    mutating func add(_ cell: ArraySlice<UInt8>) throws(BitfountError) {
        if tracksValues { try track(cell) }
        // A text column stays one, but whether a categorical one has missing cells still matters.
        guard !isText || tracksValues else { return }
        switch CellValue(cell) {
        case .missing: missing += 1
        case .text: texts += 1
        case .boolean(let value):
            booleans += 1
            if value { hasTrue = true } else { hasFalse = true }
        case .integer(let value):
            integers += 1
            if value < 0 { hasNegative = true }
        case .unsignedInteger:
            integers += 1
            exceedsInt64 = true
        case .number(let value):
            numbers += 1
            if value.rounded() != value || !value.isFinite { hasFraction = true }
        }
    }

    /// A cell that a short record lacks.
    mutating func addMissing() {
        missing += 1
    }

    /// The type that pandas gives the column.
    var type: ColumnType {
        if texts > 0 { return .string }
        if booleans > 0 { return integers + numbers > 0 ? .string : .boolean }
        if numbers > 0 { return hasFraction ? .number : .integer }
        guard exceedsInt64 else { return .integer }
        // Unsigned integers can be neither negative nor missing: pandas keeps such a column as text.
        return hasNegative || missing > 0 ? .string : .unsignedInteger
    }

    /// The labels of a categorical column with their numbers: Python's rendering of the values as they were parsed, sorted by code
    /// point.
    var classes: [(label: String, number: Int)] {
        var labels: Set<String> = missing > 0 ? ["nan"] : []
        if tracksValues {
            labels.formUnion(distinct.lazy.compactMap(label))
        } else if type == .boolean {
            if hasTrue { labels.insert("True") }
            if hasFalse { labels.insert("False") }
        }
        return labels.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
            .enumerated().map { (label: $1, number: $0) }
    }

    private mutating func track(_ cell: ArraySlice<UInt8>) throws(BitfountError) {
        guard !distinct.contains(cell) else { return }
        guard distinct.count < limits.categories else {
            throw BitfountError(
                .tooLarge,
                "the column \(name) has more than \(limits.categories) distinct values and can't be categorical"
            )
        }
        distinct.insert(ArraySlice(Array(cell)))
    }

    private func label(_ cell: ArraySlice<UInt8>) -> String? {
        let value = CellValue(cell)
        if value == .missing { return nil }
        // One cell that is no number makes the whole column text, and each value what it was written as.
        guard type != .string else { return String(decoding: cell, as: UTF8.self) }
        // Integers were parsed as floats if any value was fractional or missing.
        let isFloat = numbers > 0 || missing > 0
        switch value {
        case .boolean(let flag): return flag ? "True" : "False"
        case .integer(let number): return isFloat ? PythonNumber.text(Double(number)) : String(number)
        case .unsignedInteger(let number): return isFloat ? PythonNumber.text(Double(number)) : String(number)
        case .number(let number): return PythonNumber.text(number)
        case .missing, .text: return nil
        }
    }
}
