// SPDX-License-Identifier: Apache-2.0

public import Foundation

extension Policy {
    /// How one rule stood to a task.
    public struct RuleExplanation: Sendable, Hashable {
        /// The rule.
        public let rule: PolicyRule
        /// Whether it matches the task.
        public let match: Truth
        /// Whether the search came to it: no rule before it had ended the search.
        public let isReached: Bool
        /// Its conditions, in the order of the file.
        public let conditions: [ConditionExplanation]
    }

    /// How one condition stood to a task.
    public struct ConditionExplanation: Sendable, Hashable {
        /// Its key in the file.
        public let key: String
        /// What it asks for.
        public let expected: String
        /// What the task has there. Foreign text, of any length: for people through `printable` only.
        public let found: String
        /// Whether it holds.
        public let holds: Truth
    }

    /// Each rule held against a task, also those that the search does not come to.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - moment: When it is, or was, decided.
    ///   - outcome: What ``examine(_:at:missing:isReached:)`` said, by whose rule the search ended.
    public func explain(_ task: PolicyTask, at moment: Date, outcome: Outcome) -> [RuleExplanation] {
        let prepared = PreparedTask(task, at: moment, zones: zones)
        var isReached = true
        return rules.map { rule in
            defer { if rule.name == outcome.rule?.name { isReached = false } }
            return RuleExplanation(
                rule: rule,
                match: rule.matches(prepared),
                isReached: isReached,
                conditions: rule.conditions.map { condition in
                    ConditionExplanation(
                        key: condition.key.rawValue,
                        expected: expectation(of: condition.test),
                        found: finding(condition.test, task, prepared),
                        holds: condition.test.holds(for: prepared, rule.quantifier)
                    )
                }
            )
        }
    }

    private func expectation(of test: Condition.Test) -> String {
        switch test {
        case .modeller(let values), .project(let values), .protocolClass(let values), .aggregator(let values),
            .otherPods(let values):
            values.description
        case .group(let names, _): names.joined(separator: ", ")
        case .dataset(let test): (test.full.patterns + test.names.patterns).map(\.text).joined(separator: ", ")
        case .algorithm(let test):
            Self.parts(
                [("class", test.classes)] + test.arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            )
        case .model(let test):
            Self.parts([
                ("class", test.classes), ("owner", test.owners), ("name", test.names), ("version", test.versions),
            ])
        case .identity(let methods): methods.map(\.rawValue).joined(separator: ", ")
        case .weekday(let days, let zone):
            "\(days.map(\.rawValue).joined(separator: ", ")) in \(zones[zone].identifier)"
        case .hours(let spans, let zone):
            "\(spans.map(\.description).joined(separator: ", ")) in \(zones[zone].identifier)"
        }
    }

    private static func parts(_ parts: [(name: String, values: ValueList?)]) -> String {
        parts.compactMap { part in part.values.map { "\(part.name) \($0)" } }.joined(separator: "; ")
    }

    private func finding(_ test: Condition.Test, _ task: PolicyTask, _ prepared: PreparedTask) -> String {
        switch test {
        case .modeller, .group: Self.text(task.modeller) { $0 }
        case .project: Self.text(task.project) { $0 ?? "none" }
        case .dataset: Self.text(task.dataset) { $0 }
        case .protocolClass: Self.text(task.protocolClass) { $0 }
        case .algorithm(let test): Self.text(task.algorithms) { Self.list($0.map { Self.text($0, asked: test) }) }
        case .model:
            Self.text(task.algorithms) { algorithms in
                Self.list(algorithms.filter { $0.model != .known(nil) }.map { Self.text($0.model, Self.text) })
            }
        case .aggregator: Self.text(task.aggregator) { $0 ?? "none" }
        case .otherPods: Self.text(task.otherPods, Self.list)
        case .identity: Self.text(task.identity, \.rawValue)
        case .weekday(_, let zone), .hours(_, let zone): prepared.times[zone].description
        }
    }

    private static func text<Value>(_ fact: Fact<Value>, _ text: (Value) -> String) -> String {
        fact.value.map(text) ?? "not known"
    }

    private static func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }

    /// The class, and those arguments that a condition asks for.
    private static func text(_ algorithm: PolicyTask.Algorithm, asked test: AlgorithmTest) -> String {
        guard !test.arguments.isEmpty else { return algorithm.className }
        let arguments = text(algorithm.arguments) { arguments in
            test.arguments.keys.sorted()
                .map { name in "\(name) \(arguments[name].map { text($0, list) } ?? "none")" }
                .joined(separator: "; ")
        }
        return "\(algorithm.className) (\(arguments))"
    }

    private static func text(_ model: PolicyTask.Model?) -> String {
        guard let model else { return "none" }
        let parts = [model.owner, model.name].compactMap { $0 }
        let name = parts.isEmpty ? model.className ?? "unnamed" : parts.joined(separator: "/")
        return model.version.map { "\(name):\($0)" } ?? name
    }
}
