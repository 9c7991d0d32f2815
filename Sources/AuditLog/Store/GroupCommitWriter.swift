import Dispatch
import GRDB
import Synchronization

/// Runs writes one after the other on one queue of its own. Writes that arrive while a transaction runs share the next
/// one; a caller goes on only when its transaction is durable.
final class GroupCommitWriter: Sendable {
    /// A write: what it does inside the transaction.
    typealias Body<Value> = @Sendable (Database, EntryRecorder) throws -> Value

    private struct Queue {
        var waiting: [any PendingWrite] = []
        var isDraining = false
        /// Why nothing is accepted any more.
        var refusal: StoreError?
    }

    private let database: DatabaseQueue
    private let file: StoreFile
    private let limits: StoreLimits
    private let environment: StoreEnvironment
    private let queue = Mutex(Queue())
    /// Used only on the database's queue.
    private let recorder: EntryRecorder
    private let board: CheckpointBoard
    private let reserve: DiskReserve
    private let state: Mutex<StoreHealth>

    /// Reads where the log ends; blocks for it.
    init(
        database: DatabaseQueue,
        file: StoreFile,
        board: CheckpointBoard,
        reserve: DiskReserve,
        limits: StoreLimits,
        environment: StoreEnvironment
    ) throws(StoreError) {
        let recorder = EntryRecorder(environment: environment)
        var health = StoreHealth()
        health.entries = try StoreError.wrapping("the end of the audit log was being read") {
            try database.writeWithoutTransaction { try recorder.size(in: $0) }
        }
        self.database = database
        self.file = file
        self.limits = limits
        self.environment = environment
        self.recorder = recorder
        self.board = board
        self.reserve = reserve
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
    /// It can be undone and run once more, so it must have no effect outside the database that can't be repeated.
    func perform<Value: Sendable>(_ body: @escaping Body<Value>) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            enqueue(WaitingWrite(body, continuation))
        }
        return try result.get()
    }

    /// Runs `body` between two transactions, for what SQLite does in none.
    func performOutsideTransaction(
        _ action: String,
        _ body: @escaping @Sendable (Database) throws -> Void
    ) async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                continuation.resume(
                    returning: Result { () throws(StoreError) in
                        try StoreError.wrapping(action) { try body(db) }
                    }
                )
            }
        }
        try result.get()
    }

    /// Refuses further writes, because what is there already can't be relied on.
    func refuse(_ fault: StoreError) {
        queue.withLock { $0.refusal = $0.refusal ?? fault }
        failed(fault)
    }

    /// Refuses further writes and waits for those that were accepted.
    func close() async {
        let refusal = StoreError(.closed, "The agent is stopping; nothing more is recorded.")
        queue.withLock { $0.refusal = refusal }
        await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                self.drain(db)
                self.recorder.close()
                continuation.resume()
            }
        }
    }

    private func enqueue(_ write: any PendingWrite) {
        let refusal: StoreError? = queue.withLock { queue in
            if let refusal = queue.refusal { return refusal }
            if queue.waiting.count >= limits.queuedWrites {
                return StoreError(.overloaded, "More than \(limits.queuedWrites) writes wait for the state database.")
            }
            queue.waiting.append(write)
            guard !queue.isDraining else { return nil }
            queue.isDraining = true
            database.asyncWriteWithoutTransaction { self.drain($0) }
            return nil
        }
        if let refusal { write.tell(refusal) }
    }

    private func drain(_ db: Database) {
        while true {
            let group = queue.withLock { queue -> [any PendingWrite] in
                let group = Array(queue.waiting.prefix(limits.writesPerCommit))
                queue.waiting.removeFirst(group.count)
                if group.isEmpty { queue.isDraining = false }
                return group
            }
            guard !group.isEmpty else { return }
            commit(group, in: db)
        }
    }

    /// Commits a group. If the disk is full, the reserve is given up and the group gets a second chance.
    private func commit(_ group: [any PendingWrite], in db: Database) {
        guard let first = attempt(group, in: db) else { return }
        if first.code == .diskFull, reserve.release() {
            failed(first)
            guard let second = attempt(group, in: db) else { return }
            fail(group, second)
        } else {
            fail(group, first)
        }
    }

    private func fail(_ group: [any PendingWrite], _ error: StoreError) {
        failed(error)
        for write in group { write.tell(error) }
    }

    /// Runs and commits a group; returns why that failed.
    ///
    /// A write that the caller got wrong is to fail alone. That is rare and savepoints are not free, so only when one
    /// has failed are all of them run once more, each in a savepoint of its own.
    private func attempt(_ group: [any PendingWrite], apart: Bool = false, in db: Database) -> StoreError? {
        let mark = recorder.mark
        do {
            try recorder.begin(in: db)
            for write in group {
                if apart { try runApart(write, in: db) } else { try write.run(db, recorder) }
            }
            try recorder.commit(in: db)
            succeeded(writes: group.count)
            for write in group { write.tell(nil) }
            return nil
        } catch {
            // SQLite ends the transaction by itself after most storage faults.
            if db.isInsideTransaction { try? db.rollback() }
            recorder.rollBack(to: mark)
            let error = StoreError(error, while: "writing to the audit log")
            guard !error.isStorageFault, group.count > 1, !apart else { return error }
            return attempt(group, apart: true, in: db)
        }
    }

    /// Runs one write of a group. One that the caller got wrong fails alone; a storage fault fails the group.
    private func runApart(_ write: any PendingWrite, in db: Database) throws {
        let mark = recorder.mark
        try db.cachedStatement(sql: "SAVEPOINT one_write").execute()
        do {
            try write.run(db, recorder)
            try db.cachedStatement(sql: "RELEASE one_write").execute()
        } catch {
            let error = StoreError(error, while: "writing to the audit log")
            guard !error.isStorageFault, db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO one_write").execute()
            try db.cachedStatement(sql: "RELEASE one_write").execute()
            recorder.rollBack(to: mark)
            write.refuse(error)
        }
    }

    private func succeeded(writes: Int) {
        let (size, signedEntries, checkpoint, hasUnsigned) = recorder.didCommit()
        let isRefused = queue.withLock { $0.refusal != nil }
        state.withLock { health in
            health.isWritable = !isRefused
            if !isRefused {
                health.fault = nil
                health.faultSince = nil
            }
            if let size { health.entries = size }
            health.signedEntries = signedEntries
            if checkpoint != nil { health.lastCheckpoint = environment.wallClock() }
            health.commits += 1
            health.committedWrites += writes
        }
        board.post(checkpoint, hasUnsigned: hasUnsigned)
    }

    private func failed(_ error: StoreError) {
        guard error.isStorageFault else { return }
        if error.code == .damaged { file.suspect() }
        state.withLock { health in
            health.isWritable = false
            if health.fault == nil { health.faultSince = environment.wallClock() }
            health.fault = error
        }
    }
}
