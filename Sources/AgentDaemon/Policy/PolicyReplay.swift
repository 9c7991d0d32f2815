// SPDX-License-Identifier: Apache-2.0

public import AuditLog
import Foundation
public import OwnerPolicy
import TaskFlow
import Timekeeping

/// Holds the decisions of the audit log against a policy, in their order: what would have been decided otherwise.
///
/// Limits count what the policy itself lets be accepted, from the first decision that is replayed. Memory grows with the
/// subjects of the limits and their bounds, not with the decisions.
public struct PolicyReplay {
    /// What the policy would have changed.
    public enum Change: String, Sendable, CaseIterable {
        /// Nothing.
        case same = "same"
        /// An acceptance would have been a rejection.
        case rejected = "rejected"
        /// A task that the Access Manager accepted and a limit rejected would have been accepted.
        case accepted = "accepted"
        /// A task that a rule denied would have been put to the Access Manager; what that would have said is not known.
        case asked = "asked"
        /// The entry does not hold what the policy asks for.
        case notKnown = "not-known"
    }

    /// What the policy says of one decision.
    public struct Comparison: Sendable {
        /// What would have changed.
        public let change: Change
        /// What the policy comes to.
        public let outcome: Policy.Outcome
    }

    private let policy: Policy
    private var ledger = LimitLedger()
    /// How many decisions there were of each kind.
    public private(set) var counts: [Change: Int] = [:]

    /// - Parameter policy: What the decisions are held against.
    public init(_ policy: Policy) {
        self.policy = policy
    }

    /// Holds the next decision against the policy.
    ///
    /// - Returns: `nil` for an entry that is no decision about a task of which the content could be read.
    public mutating func compare(_ recorded: RecordedEntry) -> Comparison? {
        let entry = recorded.entry
        guard entry.type == .accessDecision, let decision = entry.decision, entry.protocolSHA256 != nil else {
            return nil
        }
        let moment = entry.rules?.at.flatMap { ISO8601.date($0) } ?? recorded.at
        let task = PolicyTask(entry, modeller: recorded.knownModeller)
        let finding = policy.examine(task, at: moment, missing: .reported) { use, limit in
            ledger.isReached(use, limit, at: moment)
        }
        let wasLimited = entry.reason == DecisionReason.policyLimit.rawValue
        let change: Change
        switch finding.outcome {
        case .notKnown: change = .notKnown
        case .passed where decision == .accept: change = .same
        case .passed where wasLimited: change = .accepted
        case .passed where entry.reason == DecisionReason.policyDenied.rawValue: change = .asked
        case .passed: change = .same
        case .denied, .limitReached: change = decision == .accept ? .rejected : .same
        }
        if case .passed = finding.outcome, decision == .accept || wasLimited {
            for use in finding.uses { ledger.insert(use, policy.limit(of: use.rule), at: moment) }
        }
        counts[change, default: 0] += 1
        return Comparison(change: change, outcome: finding.outcome)
    }
}
