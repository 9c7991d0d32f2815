// SPDX-License-Identifier: Apache-2.0

/// Finds rules that can never count: an earlier rule ends the search for all that they match, or nothing can match them.
///
/// What is found is certain. Rules that only several earlier ones cover together are not found.
enum Reachability {
    static func check(_ rules: [PolicyRule], _ faults: FaultList) {
        var ending: [PolicyRule] = []
        for (index, rule) in rules.enumerated() {
            if let earlier = ending.first(where: { covers($0, rule) }) {
                faults.add(
                    line: rule.line,
                    "rules[\(index)]",
                    "\(rule.name) is never reached: \(earlier.name) on line \(earlier.line) matches all that it matches"
                )
            } else if let condition = impossible(rule) {
                faults.add(
                    line: condition.line,
                    "rules[\(index)].when.\(condition.key.rawValue)",
                    """
                    \(rule.name) matches nothing: no modeller that it names is in the group
                    """
                )
            }
            if rule.endsSearch { ending.append(rule) }
        }
    }

    /// Whether the earlier rule surely matches all that the later one matches.
    private static func covers(_ earlier: PolicyRule, _ later: PolicyRule) -> Bool {
        earlier.conditions.allSatisfy { condition in
            later.conditions.contains { covers(condition.test, earlier.quantifier, $0.test, later.quantifier) }
        }
    }

    /// Whether a condition holds wherever the other one does.
    private static func covers(
        _ earlier: Condition.Test,
        _ earlierQuantifier: Quantifier,
        _ later: Condition.Test,
        _ laterQuantifier: Quantifier
    ) -> Bool {
        // That any value is right says nothing about each.
        let isQuantifierCovered = earlierQuantifier == .any || laterQuantifier == .each
        switch (earlier, later) {
        case (.modeller(let wide), .modeller(let narrow)), (.group(_, let wide), .group(_, let narrow)),
            (.modeller(let wide), .group(_, let narrow)), (.group(_, let wide), .modeller(let narrow)),
            (.project(let wide), .project(let narrow)), (.protocolClass(let wide), .protocolClass(let narrow)),
            (.aggregator(let wide), .aggregator(let narrow)):
            return wide.covers(narrow)
        case (.otherPods(let wide), .otherPods(let narrow)): return isQuantifierCovered && wide.covers(narrow)
        case (.dataset(let wide), .dataset(let narrow)): return wide.covers(narrow)
        case (.algorithm(let wide), .algorithm(let narrow)): return isQuantifierCovered && wide.covers(narrow)
        case (.model(let wide), .model(let narrow)): return isQuantifierCovered && wide.covers(narrow)
        case (.identity(let wide), .identity(let narrow)): return narrow.allSatisfy(wide.contains)
        case (.weekday(let wide, let zone), .weekday(let narrow, let other)):
            return zone == other && narrow.allSatisfy(wide.contains)
        case (.hours(let wide, let zone), .hours(let narrow, let other)):
            return zone == other
                && (0..<DaySpan.minutesInDay).allSatisfy { minute in
                    wide.contains { $0.contains(minute) } || !narrow.contains { $0.contains(minute) }
                }
        default: return false
        }
    }

    private static func impossible(_ rule: PolicyRule) -> Condition? {
        for condition in rule.conditions {
            guard case .modeller(let names) = condition.test else { continue }
            for case .group(_, let members) in rule.conditions.map(\.test) where !names.canMeet(members) {
                return condition
            }
        }
        return nil
    }
}
