import Dispatch
import GRDB
import Synchronization

/// Runs writes one after the other on one queue of its own. Writes that arrive while a transaction runs share the next
/// one, each in its own savepoint; a caller goes on only when its transaction is durable.
final class GroupCommitWriter: Sendable {
    /// A write: what it does inside the transaction.
    typealias Body<Value> = @Sendable (Database, EntryRecorder) throws -> Value

    /// A write that waits, without the type of its result.
    private struct Pending: Sendable {
        /// Does the work and returns how to tell the caller once it is durable.
        let run: @Sendable (Database, EntryRecorder) throws -> @Sendable () -> Void
        let fail: @Sendable (StoreError) -> Void
    }

    private struct Queue {
        var waiting: [Pending] = []
        var isDraining = false
        var isClosed = false
    }

    private let database: DatabaseQueue
    private let limits: StoreLimits
    private let environment: StoreEnvironment
    private let queue = Mutex(Queue())
    /// Used only on the database's queue.
    private let recorder: EntryRecorder
    private let board: CheckpointBoard
    private let state: Mutex<StoreHealth>

    /// Reads where the log ends; blocks for it.
    init(
        database: DatabaseQueue,
        board: CheckpointBoard,
        limits: StoreLimits,
        environment: StoreEnvironment
    ) throws(StoreError) {
        let recorder = EntryRecorder(environment: environment)
        var health = StoreHealth()
        health.entries = try StoreError.wrapping("the end of the audit log was being read") {
            try database.writeWithoutTransaction { try recorder.size(in: $0) }
        }
        self.database = database
        self.limits = limits
        self.environment = environment
        self.recorder = recorder
        self.board = board
        state = Mutex(health)
    }

    var health: StoreHealth {
        let queued = queue.withLock { $0.waiting.count }
        var health = state.withLock { $0 }
        health.queuedWrites = queued
        return health
    }

    /// Runs `body` in a transaction and returns when it is durable.
    ///
    /// Once accepted, a write is carried out even if the calling task is cancelled: whether it happened is always known.
    func perform<Value: Sendable>(_ body: @escaping Body<Value>) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            enqueue(
                Pending(
                    run: { db, recorder in
                        let value = try body(db, recorder)
                        return { continuation.resume(returning: .success(value)) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
            )
        }
        return try result.get()
    }

    /// Refuses further writes and waits for those that were accepted.
    func close() async {
        queue.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                self.drain(db)
                self.recorder.close()
                continuation.resume()
            }
        }
    }

    private func enqueue(_ write: Pending) {
        let refusal: StoreError? = queue.withLock { queue in
            if queue.isClosed { return StoreError(.closed, "The agent is stopping; nothing more is recorded.") }
            if queue.waiting.count >= limits.queuedWrites {
                return StoreError(.overloaded, "More than \(limits.queuedWrites) writes wait for the state database.")
            }
            queue.waiting.append(write)
            guard !queue.isDraining else { return nil }
            queue.isDraining = true
            database.asyncWriteWithoutTransaction { self.drain($0) }
            return nil
        }
        if let refusal { write.fail(refusal) }
    }

    private func drain(_ db: Database) {
        while true {
            let group = queue.withLock { queue -> [Pending] in
                let group = Array(queue.waiting.prefix(limits.writesPerCommit))
                queue.waiting.removeFirst(group.count)
                if group.isEmpty { queue.isDraining = false }
                return group
            }
            guard !group.isEmpty else { return }
            commit(group, in: db)
        }
    }

    private func commit(_ group: [Pending], in db: Database) {
        let mark = recorder.mark
        do {
            try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
            let tellCallers = try group.map { try run($0, alone: group.count == 1, in: db) }
            try recorder.prepareCommit(in: db)
            try db.cachedStatement(sql: "COMMIT").execute()
            succeeded(writes: group.count)
            for tell in tellCallers { tell() }
        } catch {
            // SQLite ends the transaction by itself after most storage faults.
            if db.isInsideTransaction { try? db.rollback() }
            recorder.rollBack(to: mark)
            let error = StoreError(error, while: "writing to the audit log")
            failed(error)
            for write in group { write.fail(error) }
        }
    }

    /// Runs one write of a group. A write that the caller got wrong fails alone; a storage fault fails the group.
    private func run(_ write: Pending, alone: Bool, in db: Database) throws -> @Sendable () -> Void {
        guard !alone else { return try write.run(db, recorder) }
        let mark = recorder.mark
        try db.cachedStatement(sql: "SAVEPOINT one_write").execute()
        do {
            let tell = try write.run(db, recorder)
            try db.cachedStatement(sql: "RELEASE one_write").execute()
            return tell
        } catch {
            let error = StoreError(error, while: "writing to the audit log")
            guard !error.isStorageFault, db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO one_write").execute()
            try db.cachedStatement(sql: "RELEASE one_write").execute()
            recorder.rollBack(to: mark)
            return { write.fail(error) }
        }
    }

    private func succeeded(writes: Int) {
        let (size, checkpoint, hasUnsigned) = recorder.didCommit()
        state.withLock { health in
            health.isWritable = true
            health.fault = nil
            health.faultSince = nil
            if let size { health.entries = size }
            if let checkpoint { health.signedEntries = checkpoint.checkpoint.size }
            health.commits += 1
            health.committedWrites += writes
        }
        board.post(checkpoint, hasUnsigned: hasUnsigned)
    }

    private func failed(_ error: StoreError) {
        guard error.isStorageFault else { return }
        state.withLock { health in
            health.isWritable = false
            if health.fault == nil { health.faultSince = environment.wallClock() }
            health.fault = error
        }
    }
}
