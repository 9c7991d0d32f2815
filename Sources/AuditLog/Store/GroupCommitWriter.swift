import Dispatch
import GRDB
import Synchronization

/// Runs writes one after the other on one queue of its own. Writes that arrive while a transaction runs share the next
/// one, each in its own savepoint; a caller goes on only when its transaction is durable.
final class GroupCommitWriter: Sendable {
    /// A write: what it does inside the transaction.
    typealias Body<Value> = @Sendable (Database, inout EntryRecorder) throws -> Value

    /// A write that waits, without the type of its result.
    private struct Pending: Sendable {
        /// Does the work and returns how to tell the caller once it is durable.
        let run: @Sendable (Database, inout EntryRecorder) throws -> @Sendable () -> Void
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
    /// Touched only on the database's queue; the lock is for the compiler and costs a few nanoseconds.
    private let recorder: Mutex<EntryRecorder>
    private let state: Mutex<StoreHealth>

    init(database: DatabaseQueue, recorder: EntryRecorder, limits: StoreLimits, environment: StoreEnvironment) {
        self.database = database
        self.limits = limits
        self.environment = environment
        self.recorder = Mutex(recorder)
        var health = StoreHealth()
        health.entries = recorder.nextSequence
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
                        let value = try body(db, &recorder)
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
        recorder.withLock { recorder in
            let before = recorder
            do {
                try db.beginTransaction(.immediate)
                let tellCallers = try group.map { try run($0, alone: group.count == 1, &recorder, in: db) }
                try db.commit()
                succeeded(writes: group.count, entries: recorder.nextSequence)
                for tell in tellCallers { tell() }
            } catch {
                recorder = before
                // SQLite ends the transaction by itself after most storage faults.
                if db.isInsideTransaction { try? db.rollback() }
                let error = StoreError(error, while: "writing to the audit log")
                failed(error)
                for write in group { write.fail(error) }
            }
        }
    }

    /// Runs one write of a group. A write that the caller got wrong fails alone; a storage fault fails the group.
    private func run(
        _ write: Pending,
        alone: Bool,
        _ recorder: inout EntryRecorder,
        in db: Database
    ) throws -> @Sendable () -> Void {
        let before = recorder
        if !alone { try db.cachedStatement(sql: "SAVEPOINT one_write").execute() }
        do {
            let tell = try write.run(db, &recorder)
            if !alone { try db.cachedStatement(sql: "RELEASE one_write").execute() }
            return tell
        } catch {
            let error = StoreError(error, while: "writing to the audit log")
            guard !alone, !error.isStorageFault, db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO one_write").execute()
            try db.cachedStatement(sql: "RELEASE one_write").execute()
            recorder = before
            return { write.fail(error) }
        }
    }

    private func succeeded(writes: Int, entries: Int64) {
        state.withLock { health in
            health.isWritable = true
            health.fault = nil
            health.faultSince = nil
            health.entries = entries
            health.commits += 1
            health.committedWrites += writes
        }
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
