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
