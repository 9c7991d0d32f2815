// SPDX-License-Identifier: Apache-2.0

/// Whether a condition holds, where a fact may not be known.
public enum Truth: String, Sendable, Hashable {
    /// It does not hold.
    case no = "no"
    /// Whether it holds hangs on a fact that is not known.
    case notKnown = "not-known"
    /// It holds.
    case yes = "yes"

    init(_ holds: Bool) {
        self = holds ? .yes : .no
    }

    /// The truth about a fact: not known where the fact is not.
    init<Value>(_ fact: Fact<Value>, _ test: (Value) -> Bool) {
        switch fact {
        case .known(let value): self = test(value) ? .yes : .no
        case .notKnown: self = .notKnown
        }
    }

    /// Whether both hold.
    func and(_ other: Truth) -> Truth {
        if self == .no || other == .no { return .no }
        return self == .yes && other == .yes ? .yes : .notKnown
    }
}

/// How many of a task's algorithms, models, other pods or values a condition is about.
///
/// It follows from the effect of the rule, so that the reading is always the careful one: a rule that stops tasks matches
/// if any of several matches, a rule that lets them pass only if each does.
enum Quantifier: Sendable, Hashable {
    case any
    case each

    /// The truth about several values; none at all match nothing.
    func truth<Value>(of values: [Value], _ test: (Value) -> Truth) -> Truth {
        guard !values.isEmpty else { return .no }
        var isCertain = true
        for value in values {
            switch (test(value), self) {
            case (.yes, .any): return .yes
            case (.no, .each): return .no
            case (.notKnown, _): isCertain = false
            case (.yes, .each), (.no, .any): continue
            }
        }
        guard isCertain else { return .notKnown }
        return self == .any ? .no : .yes
    }
}
