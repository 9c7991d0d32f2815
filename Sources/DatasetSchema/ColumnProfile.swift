// SPDX-License-Identifier: Apache-2.0

import MessagePack
import StrictJSON

/// What has been seen of one column so far: enough to say its type, and its distinct values where those are wanted.
struct ColumnProfile {
    let name: String
    private let tracksValues: Bool
    private let limits: SchemaLimits

    private var isEmpty = true
    private var hasMissing = false
    private var wholeNumbers = WholeNumberAttempt()
    private var isNumeric = true
    private var isIntegral = true
    /// Whether an integer, held as a float, is beyond `Int64`.
    private var roundsBeyondInt64 = false
    private var isBoolean = true
    private var hasTrue = false
    private var hasFalse = false
    private var distinctBytes = 0
    /// The distinct cells, and in which order they came.
    private var distinct: (cells: Set<[UInt8]>, inOrder: [[UInt8]]) = ([], [])

    /// - Parameter tracksValues: Whether the distinct values are to be known, for a categorical column.
    init(name: String, tracksValues: Bool, limits: SchemaLimits) {
        self.name = name
        self.tracksValues = tracksValues
        self.limits = limits
    }

    mutating func add(_ cell: ArraySlice<UInt8>) throws(SchemaError) {
        isEmpty = false
        if tracksValues { try track(cell) }
        // Nothing changes a text column any more, but for missing cells among its labels.
        guard isNumeric || isBoolean || !wholeNumbers.isOver || tracksValues else { return }
        guard !MissingCell.matches(cell) else {
            hasMissing = true
            return
        }
        if isBoolean { addTruth(cell) }
        guard isNumeric || !wholeNumbers.isOver else { return }
        let number = WholeNumber(cell)
        wholeNumbers.add(number)
        if isNumeric { addNumber(number, cell) }
    }

    /// A cell that a short record lacks.
    mutating func addMissing() throws(SchemaError) {
        try add([])
    }

    /// The type that pandas gives the column.
    var type: ColumnType {
        guard !isEmpty else { return .object }
        switch wholeNumbers.outcome(hasMissing: hasMissing) {
        // Where cells are missing, integers were held as floats.
        case .signed: return hasMissing && roundsBeyondInt64 ? .number : .integer
        case .unsigned: return .unsignedInteger
        case .conflict, .outOfRange: return .string
        case .other: break
        }
        if isNumeric { return isIntegral ? .integer : .number }
        return isBoolean ? .boolean : .string
    }

    private mutating func addTruth(_ cell: ArraySlice<UInt8>) {
        switch TruthValue.read(cell) {
        case true: hasTrue = true
        case false: hasFalse = true
        case nil: isBoolean = false
        }
    }

    private mutating func addNumber(_ whole: WholeNumber, _ cell: ArraySlice<UInt8>) {
        if case .signed(let number) = whole.reading {
            // Integers that a float holds exactly are integral without looking.
            if number.magnitude < 1 << 53 { return }
            if Int64(exactly: Double(number)) == nil { roundsBeyondInt64 = true }
        }
        guard let number = FloatingNumber.read(cell) else {
            isNumeric = false
            return
        }
        if Int64(exactly: number) == nil { isIntegral = false }
    }
}

// MARK: - Labels

extension ColumnProfile {
    /// The labels of a categorical column with their numbers: Python's rendering of the values as they were parsed, sorted by code
    /// point.
    var classes: [(label: String, number: Int)] {
        labels.sorted().enumerated().map { (label: $1.text, number: $0) }
    }

    private var labels: Set<ExactText> {
        var labels: Set<ExactText> = []
        guard tracksValues else {
            if hasTrue { labels.insert(ExactText("True")) }
            if hasFalse { labels.insert(ExactText("False")) }
            if hasMissing { labels.insert(ExactText("nan")) }
            return labels
        }
        let (outcome, type) = (wholeNumbers.outcome(hasMissing: hasMissing), type)
        // Of equal numbers that are written differently, -0.0 and 0.0, the first one counts.
        var numbers: Set<Double> = []
        for cell in distinct.inOrder {
            let text = String(decoding: cell, as: UTF8.self)
            switch (outcome, type) {
            case (.conflict, _): labels.insert(ExactText(text))
            case _ where MissingCell.matches(cell[...]): labels.insert(ExactText("nan"))
            case (.signed, _), (.unsigned, _): labels.insert(ExactText(integer(cell[...])))
            case (_, .integer), (_, .number):
                guard let number = FloatingNumber.read(cell[...]), numbers.insert(number).inserted else { continue }
                labels.insert(ExactText(PythonNumber.text(number)))
            case (_, .boolean):
                labels.insert(ExactText(TruthValue.read(cell[...]) == true ? "True" : "False"))
            default: labels.insert(ExactText(text))
            }
        }
        return labels
    }

    /// A whole number as pandas holds it: as a float where cells are missing.
    private func integer(_ cell: ArraySlice<UInt8>) -> String {
        switch WholeNumber(cell).reading {
        // The lowest number stands for a missing one until the column has become floats.
        case .signed(.min) where hasMissing: "nan"
        case .signed(let number): hasMissing ? PythonNumber.text(Double(number)) : String(number)
        case .unsigned(let number): String(number)
        default: String(decoding: cell, as: UTF8.self)
        }
    }

    private mutating func track(_ cell: ArraySlice<UInt8>) throws(SchemaError) {
        let cell = Array(cell)
        guard !distinct.cells.contains(cell) else { return }
        guard distinct.inOrder.count < limits.categories else {
            throw SchemaError(
                .tooLarge,
                "the column \(name) has more than \(limits.categories) distinct values and can't be categorical",
                hint: "take it out of force_stypes.categorical; the limit is limits.schema_categories"
            )
        }
        distinctBytes += cell.count
        guard distinctBytes <= limits.categoryBytes else {
            throw SchemaError(
                .tooLarge,
                "the distinct values of the column \(name) have more than \(limits.categoryBytes) bytes, and all of them would be part "
                    + "of the schema",
                hint: "take it out of force_stypes.categorical: the Hub takes schemas of at most \(limits.packedBytes) bytes"
            )
        }
        distinct.cells.insert(cell)
        distinct.inOrder.append(cell)
    }
}
