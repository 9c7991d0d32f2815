// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import OwnerPolicy
import Synchronization
import Timekeeping

/// The rules of the owner's policy file that are in force, which a reload replaces at once and as a whole.
///
/// A task is decided by the rules that were in force when its evaluation began.
public final class RulesInForce: Sendable {
    private let policy: Mutex<Policy?>

    /// - Parameter policy: The rules; `nil` where the owner has no policy file.
    public init(_ policy: Policy? = nil) {
        self.policy = Mutex(policy)
    }

    /// The rules that are in force now.
    public var current: Policy? { policy.withLock { $0 } }

    /// Puts other rules in force, for all evaluations that begin after this.
    public func replace(with policy: Policy?) {
        self.policy.withLock { $0 = policy }
    }

    /// A task held against the rules that are in force now; `nil` without any.
    func examination(of task: PolicyTask, at moment: Date) -> RulesExamination? {
        // Whole milliseconds, as the entry keeps them, so that a replay looks at the same moment.
        let moment = ISO8601.date(milliseconds: ISO8601.milliseconds(of: moment))
        return current.map { RulesExamination(policy: $0, task: task, moment: moment) }
    }
}

/// One task held against the rules, at one moment.
package struct RulesExamination: Sendable {
    package let policy: Policy
    package let task: PolicyTask
    package let moment: Date

    /// The rule that denies the task by its content alone, before anything is asked of the Access Manager.
    func denial() -> RulesFinding? {
        guard let outcome = policy.denial(of: task, at: moment) else { return nil }
        return finding(.denied, outcome.rule)
    }

    /// What is recorded of a task that no rule denies by its content, and whose counts nobody asked for.
    var notDenied: RulesFinding { finding(.notDenied, nil) }

    /// What the rules say once the modeller's identity is proved and the Access Manager accepts.
    func finish(_ counts: any LimitCounts) async throws -> RulesFinding {
        let found = try await counts.examine(self)
        switch found.outcome {
        case .passed(nil): return finding(.passed, nil, uses: found.uses)
        case .passed(let rule?): return finding(.allowed, rule, uses: found.uses)
        case .limitReached(let rule): return finding(.limitReached, rule)
        // Facts that are not known are taken as a reason to stop, so that the last is never an outcome here.
        case .denied(let rule), .notKnown(let rule): return finding(.denied, rule)
        }
    }

    private func finding(_ result: RulesFinding.Result, _ rule: PolicyRule?, uses: [LimitUse] = []) -> RulesFinding {
        RulesFinding(
            sha256: policy.sha256,
            rule: rule?.name,
            result: result,
            reason: rule?.reason,
            moment: moment,
            counted: uses.compactMap { use in
                guard let rule = policy.rules.first(where: { $0.name == use.rule }),
                    case .limit(let limit) = rule.effect
                else { return nil }
                return CountedUse(use: use, limit: limit, reason: rule.reason)
            }
        )
    }
}

/// What the owner's rules said about a task: the audit entry's field `rules`.
public struct RulesFinding: Sendable, Hashable {
    /// What they came to. The raw values are part of the audit log's format.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// No rule denies the task by its content; limits were not looked at, since it was refused for another reason.
        case notDenied = "not-denied"
        /// No rule stands in the way.
        case passed = "passed"
        /// A rule ended the search without objection.
        case allowed = "allowed"
        /// A rule denies it.
        case denied = "denied"
        /// The bound of a rule was reached.
        case limitReached = "limit-reached"
    }

    /// SHA-256 of the policy file, lower-case hexadecimal.
    public let sha256: String
    /// The rule that decided, if one did.
    public let rule: String?
    /// What they came to.
    public let result: Result
    /// The rule's reason, in the owner's words.
    public let reason: String?
    /// The moment whose time of day and counts were looked at.
    public let moment: Date
    /// The limits that an acceptance is counted under.
    let counted: [CountedUse]

    /// The same rules about the same task, but with a limit that others reached before the acceptance was stored.
    func reached(_ counted: CountedUse) -> RulesFinding {
        RulesFinding(
            sha256: sha256,
            rule: counted.use.rule,
            result: .limitReached,
            reason: counted.reason,
            moment: moment,
            counted: []
        )
    }
}

/// A count, and the bound that it is held against.
struct CountedUse: Sendable, Hashable {
    let use: LimitUse
    let limit: RuleLimit
    /// The rule's reason.
    let reason: String?
}
