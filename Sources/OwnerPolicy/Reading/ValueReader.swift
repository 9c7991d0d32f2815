// SPDX-License-Identifier: Apache-2.0

import Yams

/// Reads the values of conditions: one, or a list of them.
struct ValueReader {
    let faults: FaultList

    /// The values, each with its node; `nil` for no value at all. A fault where there is something else.
    func scalars(_ node: Node, _ path: String) -> [(node: Node, text: String?)] {
        switch node {
        case .scalar(let scalar):
            return [(node, Self.text(scalar))]
        case .sequence(let sequence):
            guard !sequence.isEmpty else {
                faults.add(node, path, "expected at least one value")
                return []
            }
            guard sequence.count <= PolicyLimits.values else {
                faults.add(node, path, "expected at most \(PolicyLimits.values) values")
                return []
            }
            return sequence.compactMap { element in
                guard case .scalar(let scalar) = element else {
                    faults.add(element, path, "expected a value, not a section or a list")
                    return nil
                }
                return (element, Self.text(scalar))
            }
        default:
            faults.add(node, path, "expected a value or a list of values")
            return []
        }
    }

    /// A plain `null` is no text; in quotes it is one.
    private static func text(_ scalar: Node.Scalar) -> String? {
        scalar.style == .plain && ["", "~", "null"].contains(scalar.string) ? nil : scalar.string
    }

    /// Exact texts and globs.
    ///
    /// - Parameter none: What `null` means here, such as *no project*; `nil` where it can't be.
    func patterns(_ node: Node, _ path: String, none: String? = nil) -> ValueList? {
        var patterns: [ValuePattern] = []
        var includesNone = false
        for (element, text) in scalars(node, path) {
            guard let text else {
                guard none != nil else {
                    faults.add(element, path, "expected a value, found null")
                    continue
                }
                includesNone = true
                continue
            }
            guard !text.isEmpty, text.utf8.count <= PolicyLimits.valueBytes else {
                faults.add(element, path, "expected 1 to \(PolicyLimits.valueBytes) bytes")
                continue
            }
            guard let pattern = ValuePattern(text) else {
                faults.add(element, path, "expected a backslash only before *, ? or another backslash")
                continue
            }
            patterns.append(pattern)
        }
        guard !patterns.isEmpty || includesNone else { return nil }
        return ValueList(patterns, includesNone: includesNone)
    }

    /// Words of a closed list.
    func words<Word: CaseIterable & RawRepresentable & Equatable>(
        _ node: Node,
        _ path: String
    ) -> [Word]? where Word.RawValue == String {
        var words: [Word] = []
        for (element, text) in scalars(node, path) {
            guard let word = text.flatMap(Word.init(rawValue:)) else {
                let names = Word.allCases.map(\.rawValue).joined(separator: ", ")
                faults.add(element, path, "expected one of \(names)")
                continue
            }
            guard !words.contains(word) else {
                faults.add(element, path, "\(word.rawValue) stands twice")
                continue
            }
            words.append(word)
        }
        return words.isEmpty ? nil : words
    }

    /// Spans of the day.
    func spans(_ node: Node, _ path: String) -> [DaySpan]? {
        var spans: [DaySpan] = []
        for (element, text) in scalars(node, path) {
            guard let span = text.flatMap(DaySpan.init) else {
                faults.add(element, path, "expected a span of the day such as 08:00-18:00 or 22:00-06:00")
                continue
            }
            spans.append(span)
        }
        return spans.isEmpty ? nil : spans
    }
}

/// How much a policy may hold.
enum PolicyLimits {
    /// The largest file, in bytes.
    static let fileBytes = 1 << 20
    /// The most rules.
    static let rules = 10_000
    /// The most values of one condition, and members of one group.
    static let values = 10_000
    /// The most conditions and values of all rules: what aliases in the file could multiply.
    static let allValues = 200_000
    /// The longest value, in bytes.
    static let valueBytes = 1_024
    /// The longest reason, in bytes.
    static let reasonBytes = 500
    /// The longest name of a rule or a group.
    static let nameBytes = 64
}
