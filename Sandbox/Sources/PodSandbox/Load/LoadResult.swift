// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation

/// What a load test measured.
package struct LoadResult: Sendable {
    /// How many requests were accepted.
    package let accepted: Int
    /// How many had another outcome.
    package let others: Int
    /// Decisions per second, over the whole stream.
    package let decisionsPerSecond: Double
    /// From handing out a request to receiving the decision, in milliseconds, shortest first.
    package let latencies: [Double]
    /// The processor time that the agent took for a decision, in milliseconds.
    package let processorMilliseconds: Double

    init(
        _ outcomes: [TaskOutcome],
        took: Duration,
        processorTime: Duration,
        handedOut: [String: ContinuousClock.Instant],
        sent: [SentMessage]
    ) {
        accepted = outcomes.count { $0.answer == .accepted }
        others = outcomes.count - accepted
        decisionsPerSecond = Double(outcomes.count) / (took / .seconds(1))
        processorMilliseconds = processorTime / .milliseconds(1) / Double(max(1, outcomes.count))
        let tasks = Set(outcomes.map(\.taskID))
        latencies = sent.filter { $0.type == .jobAccept || $0.type == .jobReject }.compactMap { message in
            guard let taskID = message.taskID, tasks.contains(taskID), let start = handedOut[taskID] else { return nil }
            return start.duration(to: message.instant) / .milliseconds(1)
        }.sorted()
    }

    /// The latency that this share of the decisions did not exceed, in milliseconds; nil without any.
    package func percentile(_ share: Double) -> Double? {
        guard !latencies.isEmpty else { return nil }
        return latencies[min(latencies.count - 1, Int(share * Double(latencies.count)))]
    }

    /// A line for people.
    package var summary: String {
        func text(_ share: Double) -> String {
            percentile(share).map { String(format: "%.1f ms", $0) } ?? "–"
        }
        return "\(accepted) accepted, \(others) others, \(String(format: "%.1f", decisionsPerSecond)) decisions/s, "
            + "p50 \(text(0.5)), p90 \(text(0.9)), p99 \(text(0.99)), max \(text(1)), "
            + "\(String(format: "%.1f", processorMilliseconds)) ms of the agent's processor time each"
    }
}
