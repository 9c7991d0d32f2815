// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
package import Cryptography
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
    package func run(
        _ sandbox: Sandbox,
        _ agent: AgentProcess,
        target: String,
        signingKey: RSAPrivateKey
    ) async throws -> LoadResult {
        let modeller = sandbox.addModeller("load", signingKey: signingKey)
        sandbox.accessManager.script(.code("ACCEPT"), for: modeller.username)
        sandbox.messageService.pollPatience = .seconds(5)
        defer { sandbox.messageService.pollPatience = .zero }
        var submission = TaskSubmission([target])
        submission.delivery = delivery
        let requests = try await prepare(submission, modeller)

        // Making a key at its first start is no part of deciding.
        let idle = try agent.processorTime()
        let started = ContinuousClock.now
        let outcomes = try await inParallel { [submission] index in
            try await modeller.run(submission, prepared: requests[index])
        }
        return LoadResult(
            outcomes,
            took: started.duration(to: .now),
            processorTime: try agent.processorTime() - idle,
            handedOut: sandbox.messageService.handedOut,
            sent: sandbox.messageService.sentMessages
        )
    }

    private func prepare(
        _ submission: TaskSubmission,
        _ modeller: ScriptedModeller
    ) async throws -> [[PreparedRequest]] {
        try await inParallel { _ in try await modeller.prepare(submission) }
    }

    /// The results of `count` calls, `concurrency` of them at once, in no order.
    private func inParallel<Result: Sendable>(
        _ body: @escaping @Sendable (Int) async throws -> Result
    ) async throws -> [Result] {
        let next = Observed(0)
        return try await withThrowingTaskGroup(of: [Result].self) { [count] group in
            for _ in 0..<concurrency {
                group.addTask {
                    var results: [Result] = []
                    while true {
                        let index = next.change { index in
                            defer { index += 1 }
                            return index
                        }
                        guard index < count else { return results }
                        results.append(try await body(index))
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
