// SPDX-License-Identifier: Apache-2.0

/// Lets one piece of asynchronous work in at a time, in the order in which they asked. Waiting ends with the task's
/// cancellation.
public final class AsyncLock: Sendable {
    /// Proof that its holder is inside. Only the lock makes one, so that a function that takes it can't be called outside.
    public struct Turn: ~Copyable, Sendable {
        fileprivate init() {}
    }

    private let turn = AsyncBudget(1)

    /// A lock that nobody holds.
    public init() {}

    /// How many wait.
    public var waitingCount: Int { turn.waitingCount }

    /// Runs work when it is its turn. The lock isn't re-entrant: work must not ask for another turn.
    ///
    /// - Throws: `CancellationError` if the task is cancelled before its turn comes; otherwise what the work throws.
    public func withTurn<Output>(
        isolation: isolated (any Actor)? = #isolation,
        _ work: (borrowing Turn) async throws -> Output
    ) async throws -> Output {
        guard await turn.take(1) else { throw CancellationError() }
        defer { turn.give(1) }
        return try await work(Turn())
    }
}
