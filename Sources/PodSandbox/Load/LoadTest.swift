import BitfountTasks
import Cryptography
import Foundation

/// A stream of signed requests, to measure how fast an agent decides with an Access Manager that answers at once.
package struct LoadTest: Sendable {
    /// How many requests.
    package let count: Int
    /// How many are on their way at once.
    package let concurrency: Int
    /// How they get to the pod.
    package let delivery: TaskSubmission.Delivery

    /// A stream.
    package init(count: Int, concurrency: Int, delivery: TaskSubmission.Delivery = .storage) {
        self.count = count
        self.concurrency = concurrency
        self.delivery = delivery
    }

    /// The measurement; the agent must be serving `target`.
    ///
    /// The requests are signed beforehand, so that the modeller's work does not slow the stream down.
    package func run(_ sandbox: Sandbox, target: String, signingKey: RSAPrivateKey) async throws -> LoadResult {
        let modeller = sandbox.addModeller("load", signingKey: signingKey)
        sandbox.accessManager.script(.code("ACCEPT"), for: modeller.username)
        sandbox.messageService.pollPatience = .seconds(5)
        defer { sandbox.messageService.pollPatience = .zero }
        var submission = TaskSubmission([target])
        submission.delivery = delivery
        let requests = try await prepare(submission, modeller)

        let next = Observed(0)
        let started = ContinuousClock.now
        let outcomes = try await withThrowingTaskGroup(of: [TaskOutcome].self) { [submission] group in
            for _ in 0..<concurrency {
                group.addTask {
                    var outcomes: [TaskOutcome] = []
                    while true {
                        let index = next.change { index in
                            defer { index += 1 }
                            return index
                        }
                        guard index < requests.count else { return outcomes }
                        outcomes.append(try await modeller.run(submission, prepared: requests[index]))
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return LoadResult(
            outcomes,
            took: started.duration(to: .now),
            handedOut: sandbox.messageService.handedOut,
            sent: sandbox.messageService.sentMessages
        )
    }

    private func prepare(
        _ submission: TaskSubmission,
        _ modeller: ScriptedModeller
    ) async throws -> [[PreparedRequest]] {
        try await withThrowingTaskGroup(of: [PreparedRequest].self) { group in
            for _ in 0..<count { group.addTask { try await modeller.prepare(submission) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
