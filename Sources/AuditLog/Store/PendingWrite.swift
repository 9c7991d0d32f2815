import GRDB

/// A write that waits, without the type of its result.
protocol PendingWrite: Sendable {
    /// Does the work. Is called again if what it did was undone.
    func run(_ db: Database, _ recorder: EntryRecorder) throws
    /// Makes this write fail, although others of its group succeed.
    func refuse(_ error: StoreError)
    /// Tells the caller that the work is durable or refused, or why it failed with the whole group.
    func tell(_ failure: StoreError?)
}

/// A write with its caller.
///
/// `@unchecked Sendable`: the outcome is touched only on the database's queue.
final class WaitingWrite<Value: Sendable>: PendingWrite, @unchecked Sendable {
    private let body: GroupCommitWriter.Body<Value>
    private let continuation: CheckedContinuation<Result<Value, StoreError>, Never>
    private var outcome: Result<Value, StoreError>?

    init(
        _ body: @escaping GroupCommitWriter.Body<Value>,
        _ continuation: CheckedContinuation<Result<Value, StoreError>, Never>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(_ db: Database, _ recorder: EntryRecorder) throws {
        outcome = .success(try body(db, recorder))
    }

    func refuse(_ error: StoreError) {
        outcome = .failure(error)
    }

    func tell(_ failure: StoreError?) {
        let unknown = StoreError(.database, "A write was neither done nor refused.")
        continuation.resume(returning: failure.map { .failure($0) } ?? outcome ?? .failure(unknown))
    }
}
