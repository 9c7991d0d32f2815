// SPDX-License-Identifier: Apache-2.0

/// One rule of a policy.
public struct PolicyRule: Sendable, Hashable {
    /// Its name, which no other rule of the policy has. A limit's count goes with it.
    public let name: String
    /// The line on which it begins, counted from 1.
    public let line: Int
    /// What happens to a task that it matches.
    public let effect: Effect
    /// Why, in the owner's words, for the owner; never told to a modeller.
    public let reason: String?

    /// All of them have to hold; a rule without any matches every task.
    let conditions: [Condition]

    /// What a rule does to a task that it matches.
    public enum Effect: Sendable, Hashable {
        /// Rejects it. Nothing is asked of the Access Manager.
        case deny
        /// Rejects it once as many tasks were accepted under this rule; before that the search goes on.
        case limit(RuleLimit)
        /// Ends the search: no later rule counts. The Access Manager has the last word.
        case allow

        /// The word for it in a policy file: `deny`, `limit` or `allow`.
        public var word: String {
            switch self {
            case .deny: "deny"
            case .limit: "limit"
            case .allow: "allow"
            }
        }
    }

    /// How conditions read several values: whoever stops a task looks for one that is wrong, whoever lets it pass wants all
    /// to be right.
    var quantifier: Quantifier { effect == .allow ? .each : .any }

    /// Whether a task that this rule matches is looked at no further.
    var endsSearch: Bool {
        switch effect {
        case .deny, .allow: true
        case .limit: false
        }
    }

    func matches(_ task: PreparedTask) -> Truth {
        var result = Truth.yes
        for condition in conditions {
            result = result.and(condition.test.holds(for: task, quantifier))
            if result == .no { return .no }
        }
        return result
    }
}

/// How many tasks a rule lets be accepted.
public struct RuleLimit: Sendable, Hashable {
    /// As many.
    public let count: Int
    /// Within this time before a task, sliding; `nil` means ever.
    public let window: Duration?
    /// Who has a count of their own.
    public let each: Scope

    /// Who has a count of their own.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        /// Nobody: all tasks that the rule matches are counted together.
        case all = "all"
        /// Each modeller.
        case modeller = "modeller"
        /// Each project; tasks without a project have one count together.
        case project = "project"
        /// Each dataset.
        case dataset = "dataset"
    }
}

extension RuleLimit: CustomStringConvertible {
    /// `20 per 24h for each modeller`
    public var description: String {
        let span = window.map { " per \(PolicyDuration.text($0))" } ?? " in total"
        return "\(count)\(span)" + (each == .all ? "" : " for each \(each.rawValue)")
    }
}

/// What an acceptance is counted under: a rule, and whose count it is.
public struct LimitUse: Sendable, Hashable {
    /// The rule's name.
    public let rule: String
    /// The modeller, project or dataset; empty for a count of all together and for tasks without a project.
    public let subject: String

    /// A count.
    public init(rule: String, subject: String) {
        self.rule = rule
        self.subject = subject
    }
}
