// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Synchronization
import Timekeeping

/// What is remembered for a while of requests that nobody proved, so that they cost little when there are many.
final class RecentRequests: Sendable {
    /// Messages that can't be answered, and redeliveries, that get an entry each: 120 at once, and then 10 in a minute. Further
    /// ones are told of in summaries.
    static let entryRate = TaskLane.Rate(burst: 120, interval: .seconds(6))
    /// Requests that the pod's key did not open, or that held nothing to answer with, and that aren't tried again: the newest
    /// 4,096.
    static let unanswerableCount = 4_096
    /// How long that is remembered: 1 h.
    static let unanswerableLife: Duration = .seconds(3_600)

    private struct State {
        var entries = RateCredit(RecentRequests.entryRate)
        var unanswerable = RecentValues<RequestContent, DecisionReason>()
    }

    private let elapsed: @Sendable () -> Duration
    private let state = Mutex(State())

    init(clock: any Clock<Duration>) {
        elapsed = clock.stopwatch()
    }

    /// Whether one more may have an entry of its own.
    func mayRecord() -> Bool {
        state.withLock { $0.entries.take(at: elapsed()) }
    }

    /// What was wrong with a request that was tried before and can't be answered.
    func fault(of request: SealedRequest) -> DecisionReason? {
        state.withLock { $0.unanswerable.value(of: RequestContent(request), at: elapsed()) }
    }

    func note(_ fault: DecisionReason, of request: SealedRequest) {
        // That says nothing about the request.
        guard fault != .overloaded else { return }
        state.withLock { state in
            state.unanswerable.insert(
                fault,
                for: RequestContent(request),
                until: elapsed() + Self.unanswerableLife,
                atMost: Self.unanswerableCount
            )
        }
    }
}

/// All that opening a request depends on.
private struct RequestContent: Hashable, Sendable {
    let sha256: String?
    let generation: Generation

    init(_ request: SealedRequest) {
        sha256 = request.facts.encryptedRequestSHA256
        generation = request.outer.generation
    }
}
