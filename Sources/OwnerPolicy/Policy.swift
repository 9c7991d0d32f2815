// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A data owner's policy: an ordered list of rules, the first of which that matches a task counts.
///
/// A policy can only reject what the Access Manager would accept, never the other way round: no outcome of it is an
/// acceptance.
public struct Policy: Sendable {
    /// The rules, in their order.
    public let rules: [PolicyRule]
    /// SHA-256 of the file's bytes, lower-case hexadecimal: by it an entry of the audit log says which policy was in force.
    public let sha256: String
    /// The zones that conditions refer to by their number.
    let zones: [TimeZone]

    /// What a policy comes to for a task.
    public enum Outcome: Sendable, Hashable {
        /// No rule stands in the way of the task. `allow` is the rule that ended the search, if there was one.
        case passed(allow: PolicyRule?)
        /// This rule denies it.
        case denied(PolicyRule)
        /// The bound of this rule is reached.
        case limitReached(PolicyRule)
        /// It can't be told, because the first rule that may match hangs on a fact that is not known.
        case notKnown(PolicyRule)

        /// The rule that decided, if there was one.
        public var rule: PolicyRule? {
            switch self {
            case .passed(let rule): rule
            case .denied(let rule), .limitReached(let rule), .notKnown(let rule): rule
            }
        }
    }

    /// How a fact that is not known is taken.
    public enum MissingFacts: Sendable {
        /// Never to the modeller's advantage: rules that stop a task match, rules that let it pass don't.
        case failClosed
        /// As a reason not to tell: ``Outcome/notKnown(_:)``.
        case reported
    }

    /// What came of a task, and under which counts it goes if it is accepted.
    public struct Finding: Sendable, Hashable {
        /// What it came to.
        public let outcome: Outcome
        /// The limits that it passed below their bound.
        public let uses: [LimitUse]
    }

    /// The limit of a rule; `nil` if it is none, or there is no such rule.
    public func limit(of rule: String) -> RuleLimit? {
        guard case .limit(let limit) = rules.first(where: { $0.name == rule })?.effect else { return nil }
        return limit
    }

    /// What the policy says of a task by its content alone: whether a rule denies it whatever the counts are.
    ///
    /// Asked before anything is asked of the Access Manager, so that a task that can't be accepted costs nothing. Limits are
    /// passed by here: whether they are reached is decided after the modeller's identity is proved, so that a forged name
    /// uses up nothing.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - moment: When it is decided.
    public func denial(of task: PolicyTask, at moment: Date, missing: MissingFacts = .failClosed) -> Outcome? {
        switch search(task, at: moment, missing, isReached: { _, _ in false }).outcome {
        case .denied(let rule): .denied(rule)
        case .passed, .limitReached, .notKnown: nil
        }
    }

    /// What the policy says of a task: first by its content, then by the counts.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - moment: When it is decided.
    ///   - missing: How facts that are not known are taken.
    ///   - isReached: Whether the bound of a count is reached at that moment. Asked in the order of the rules, and for
    ///     tasks only that no rule denies by their content.
    public func examine<Failure>(
        _ task: PolicyTask,
        at moment: Date,
        missing: MissingFacts = .failClosed,
        isReached: (LimitUse, RuleLimit) throws(Failure) -> Bool
    ) throws(Failure) -> Finding {
        if let denial = denial(of: task, at: moment, missing: missing) { return Finding(outcome: denial, uses: []) }
        return try search(task, at: moment, missing, isReached: isReached)
    }

    private func search<Failure>(
        _ task: PolicyTask,
        at moment: Date,
        _ missing: MissingFacts,
        isReached: (LimitUse, RuleLimit) throws(Failure) -> Bool
    ) throws(Failure) -> Finding {
        let prepared = PreparedTask(task, at: moment, zones: zones)
        var uses: [LimitUse] = []
        for rule in rules {
            switch (rule.matches(prepared), missing) {
            case (.no, _): continue
            case (.notKnown, .reported): return Finding(outcome: .notKnown(rule), uses: [])
            case (.notKnown, .failClosed) where rule.effect == .allow: continue
            case (.notKnown, .failClosed), (.yes, _): break
            }
            switch rule.effect {
            case .deny: return Finding(outcome: .denied(rule), uses: [])
            case .allow: return Finding(outcome: .passed(allow: rule), uses: uses)
            case .limit(let limit):
                guard let subject = limit.each.subject(of: task) else {
                    return Finding(outcome: missing == .reported ? .notKnown(rule) : .limitReached(rule), uses: [])
                }
                let use = LimitUse(rule: rule.name, subject: subject)
                if try isReached(use, limit) { return Finding(outcome: .limitReached(rule), uses: []) }
                uses.append(use)
            }
        }
        return Finding(outcome: .passed(allow: nil), uses: uses)
    }
}

extension RuleLimit.Scope {
    /// Whose count a task goes under; `nil` if that is not known.
    func subject(of task: PolicyTask) -> String? {
        switch self {
        case .all: ""
        case .modeller: task.modeller.value
        case .project: task.project.value.map { $0 ?? "" }
        case .dataset: task.dataset.value
        }
    }
}
