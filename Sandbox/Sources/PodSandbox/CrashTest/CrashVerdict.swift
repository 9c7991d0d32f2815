// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

/// What a crash test found.
package struct CrashVerdict: Sendable {
    /// How many tasks were submitted.
    package let submitted: Int
    /// How often the agent was killed.
    package let rounds: Int
    /// How many tasks the agent acknowledged.
    package let acknowledged: Int
    /// How many tasks were decided.
    package let decided: Int
    /// How many replies were sent more than once, byte by byte the same.
    package let repeatedReplies: Int
    /// How many tasks were set aside, since the agent was in the middle of them at two kills.
    package let setAside: Int
    /// What must never be, each as a sentence.
    package let violations: [String]

    init(
        submitted: Int,
        rounds: Int,
        acknowledgements: [RecordedAcknowledgement],
        sent: [SentMessage],
        entries: [ListedEntry]
    ) {
        self.submitted = submitted
        self.rounds = rounds
        let tasks = Set(acknowledgements.compactMap(\.taskID))
        let decisions = Dictionary(grouping: entries.filter { $0.type == "access.decision" }) { $0.task ?? "" }
        let answers = sent.filter { $0.type == .jobAccept || $0.type == .jobReject }
        let replies = Dictionary(grouping: answers) { $0.taskID ?? "" }
        let leftAlone = Self.setAside(entries)
        acknowledged = tasks.count
        setAside = leftAlone.count
        decided = decisions.count
        repeatedReplies = replies.values.reduce(0) { $0 + $1.count - 1 }

        var violations: [String] = []
        for task in tasks.union(decisions.keys).union(replies.keys).sorted() {
            let decided = decisions[task]?.count ?? 0
            if leftAlone.contains(task) {
                if decided != 0 || replies[task] != nil {
                    violations.append("task \(task) was set aside and has a decision or a reply")
                }
                continue
            }
            if decided != 1 { violations.append("task \(task) has \(decided) decisions") }
            // A reply that was sent again is the same reply; another one would be a second decision.
            let different = Set((replies[task] ?? []).map { Reply(type: $0.type, body: $0.body) }).count
            if different != 1 { violations.append("task \(task) has \(different) different replies") }
            if let decision = decisions[task]?.first?.decision, let reply = replies[task]?.first {
                let isConsistent = (decision == "accept") == (reply.type == .jobAccept)
                if !isConsistent { violations.append("task \(task) was decided \(decision) but answered otherwise") }
            }
        }
        self.violations = violations
    }

    /// The tasks that get no answer, since the agent was in the middle of them at two kills.
    static func setAside(_ entries: [ListedEntry]) -> Set<String> {
        Set(entries.filter { $0.type == "task.malformed" && $0.reason == "repeated-crash" }.compactMap(\.task))
    }

    private struct Reply: Hashable {
        let type: MessageType
        let body: [UInt8]
    }

    /// A few lines for people.
    package var summary: String {
        let figures =
            "\(rounds) kills, \(submitted) tasks submitted, \(acknowledged) acknowledged, \(decided) decided, "
            + "\(repeatedReplies) replies sent again, \(setAside) set aside"
        let findings =
            violations.isEmpty
            ? [
                "Every acknowledged task that was not set aside has one decision, and every decision one effective reply."
            ] : violations
        return ([figures] + findings).joined(separator: "\n")
    }
}
