// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks

/// What came of a task, as its modeller saw it.
package struct TaskOutcome: Sendable {
    /// The answer of one pod.
    package enum Answer: Sendable, Equatable, CustomStringConvertible {
        /// The pod takes the task.
        case accepted
        /// The pod refuses the task.
        case rejected(code: String, details: [String])
        /// The pod gave the task up.
        case aborted(reason: AbortReason?, message: String?)
        /// An answer that makes a genuine modeller crash or misunderstand.
        case unintelligible(String)
        /// Nothing came.
        case none

        package var description: String {
            switch self {
            case .accepted: "ACCEPT"
            case .rejected(let code, let details): details.isEmpty ? code : "\(code) \(details)"
            case .aborted(let reason, _): "TASK_ABORT \(reason?.name ?? "without reason")"
            case .unintelligible(let why): "unintelligible: \(why)"
            case .none: "no answer"
            }
        }
    }

    /// The task.
    package let taskID: String
    /// The answer of each target.
    package internal(set) var answers: [String: Answer]
    /// Every type of message that the pods sent, in order.
    package internal(set) var received: [MessageType] = []
    /// How many answers came beyond one for each pod.
    package internal(set) var surplusAnswers = 0

    /// The answer, for a task with a single target.
    package var answer: Answer { answers.values.first ?? .none }
}
