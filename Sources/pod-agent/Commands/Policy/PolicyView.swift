// SPDX-License-Identifier: Apache-2.0

import Foundation
import OwnerPolicy
import StrictJSON

/// What a policy says of one task, as commands show it.
struct PolicyView {
    let policy: Policy
    let task: PolicyTask
    let moment: Date
    let outcome: Policy.Outcome
    let uses: [LimitUse]

    /// Holds a task against a policy; limits are taken as not reached.
    init(_ policy: Policy, _ task: PolicyTask, at moment: Date) {
        self.policy = policy
        self.task = task
        self.moment = moment
        let finding = policy.examine(task, at: moment, missing: .reported) { _, _ in false }
        outcome = finding.outcome
        uses = finding.uses
    }

    static let fields: [Field<PolicyView>] = [
        Field("outcome") { $0.outcome.word },
        Field("rule") { $0.outcome.rule?.name },
        Field("reason") { $0.outcome.rule?.reason },
        Field("at") { $0.moment },
        Field("policy_sha256") { $0.policy.sha256 },
        Field("counted_under") { view in view.uses.map(\.rule) },
        Field("task") { $0.task.json },
        Field("rules") { view in
            view.policy.explain(view.task, at: view.moment, outcome: view.outcome).map {
                JSONValue($0, PolicyView.ruleFields)
            }
        },
    ]

    private static let ruleFields: [Field<Policy.RuleExplanation>] = [
        Field("rule") { $0.rule.name },
        Field("line") { $0.rule.line },
        Field("effect") { $0.rule.effect.word },
        Field("matches") { $0.match.rawValue },
        Field("is_reached") { $0.isReached },
        Field("conditions") { rule in rule.conditions.map { JSONValue($0, PolicyView.conditionFields) } },
    ]

    private static let conditionFields: [Field<Policy.ConditionExplanation>] = [
        Field("key") { $0.key },
        Field("expected") { $0.expected },
        Field("found") { $0.found },
        Field("holds") { $0.holds.rawValue },
    ]

    /// The outcome in a sentence, then each rule with its conditions.
    func show() {
        print(sentence)
        for use in uses { print("counted under the limit of \(use.rule), if it is accepted") }
        print("")
        var table = Table(header: ["RULE", "EFFECT", "MATCHES", "CONDITION", "EXPECTED", "FOUND", "HOLDS"])
        for explained in policy.explain(task, at: moment, outcome: outcome) {
            let rule = explained.rule
            let matches = explained.match.rawValue + (explained.isReached ? "" : " (not reached)")
            let head = [rule.name, rule.effect.word, matches]
            guard !explained.conditions.isEmpty else {
                table.append(head + ["-", "-", "-", "-"])
                continue
            }
            for (index, condition) in explained.conditions.enumerated() {
                table.append(
                    (index == 0 ? head : ["", "", ""])
                        + [condition.key, condition.expected, condition.found, condition.holds.rawValue]
                )
            }
        }
        table.finish()
    }

    private var sentence: String {
        let reason = outcome.rule?.reason.map { ": \($0)" } ?? ""
        return switch outcome {
        case .passed(nil): "no rule stands in the way; the Access Manager decides"
        case .passed(let rule?): "\(rule.name) lets it pass; the Access Manager decides\(reason)"
        case .denied(let rule): "\(rule.name) denies it\(reason)"
        case .limitReached(let rule): "the limit of \(rule.name) is reached\(reason)"
        case .notKnown(let rule): "it can't be told: \(rule.name) asks for what is not known of the task"
        }
    }
}

extension Policy.Outcome {
    /// The outcome in a word, for programs.
    var word: String {
        switch self {
        case .passed(nil): "passed"
        case .passed: "allowed"
        case .denied: "denied"
        case .limitReached: "limit-reached"
        case .notKnown: "not-known"
        }
    }
}
