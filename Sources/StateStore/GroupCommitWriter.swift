// SPDX-License-Identifier: Apache-2.0

import Dispatch
package import GRDB
import Synchronization

/// Runs writes one after the other on one queue of its own. Writes that arrive while a transaction runs share the next
/// one; a caller goes on only when its transaction is durable.
final class GroupCommitWriter: Sendable {
    /// A write: what it does inside the transaction.
    typealias Body<Value> = @Sendable (Database) throws -> Value

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
    private let participant: (any TransactionParticipant)?
    private let statements = CommitStatements()
    private let reserve: DiskReserve
    private let state: Mutex<StoreHealth>

    init(
        database: DatabaseQueue,
        file: StoreFile,
        participant: (any TransactionParticipant)?,
        reserve: DiskReserve,
        limits: StoreLimits,
        environment: StoreEnvironment
    ) {
        self.database = database
        self.file = file
        self.limits = limits
        self.environment = environment
        self.participant = participant
        self.reserve = reserve
        state = Mutex(StoreHealth())
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
                self.participant?.close()
                self.statements.release()
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
        let undo = participant?.rollbackPoint()
        do {
            try statements.begin(in: db)
            for write in group {
                if apart { try runApart(write, in: db) } else { try write.run(db) }
            }
            try participant?.willCommit(in: db)
            try statements.commit(in: db)
            succeeded(writes: group.count)
            for write in group { write.tell(nil) }
            return nil
        } catch {
            // SQLite ends the transaction by itself after most storage faults.
            if db.isInsideTransaction { try? db.rollback() }
            undo?()
            let error = StoreError(error, while: "writing to the state database")
            guard !error.isStorageFault, group.count > 1, !apart else { return error }
            return attempt(group, apart: true, in: db)
        }
    }

    /// Runs one write of a group. One that the caller got wrong fails alone; a storage fault fails the group.
    private func runApart(_ write: any PendingWrite, in db: Database) throws {
        let undo = participant?.rollbackPoint()
        try db.cachedStatement(sql: "SAVEPOINT one_write").execute()
        do {
            try write.run(db)
            try db.cachedStatement(sql: "RELEASE one_write").execute()
        } catch {
            let error = StoreError(error, while: "writing to the state database")
            guard !error.isStorageFault, db.isInsideTransaction else { throw error }
            try db.cachedStatement(sql: "ROLLBACK TO one_write").execute()
            try db.cachedStatement(sql: "RELEASE one_write").execute()
            undo?()
            write.refuse(error)
        }
    }

    private func succeeded(writes: Int) {
        let isRefused = queue.withLock { $0.refusal != nil }
        state.withLock { health in
            health.isWritable = !isRefused
            if !isRefused {
                health.fault = nil
                health.faultSince = nil
            }
            health.commits += 1
            health.committedWrites += writes
        }
        participant?.didCommit()
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

/// What has state of its own to keep in step with the writer's transactions. Called only on the database's queue.
package protocol TransactionParticipant: AnyObject, Sendable {
    /// The database was opened; reads what is needed of it.
    func opened(_ db: Database) throws
    /// Called when a transaction or a savepoint begins; gives what has to be called if it is undone.
    func rollbackPoint() -> () -> Void
    /// The last writes of a transaction.
    func willCommit(in db: Database) throws
    /// The transaction is durable.
    func didCommit()
    /// Lets go of the connection, so that it can be closed.
    func close()
}

/// What every commit runs, prepared once.
///
/// `@unchecked Sendable`: it is used only on the database's queue.
private final class CommitStatements: @unchecked Sendable {
    private var prepared: (begin: HotStatement, commit: HotStatement)?

    func begin(in db: Database) throws { try statements(in: db).begin.run() }
    func commit(in db: Database) throws { try statements(in: db).commit.run() }
    func release() { prepared = nil }

    private func statements(in db: Database) throws -> (begin: HotStatement, commit: HotStatement) {
        if let prepared { return prepared }
        let statements = (
            begin: try HotStatement("BEGIN IMMEDIATE", in: db), commit: try HotStatement("COMMIT", in: db)
        )
        prepared = statements
        return statements
    }
}

/// A write that waits, without the type of its result.
private protocol PendingWrite: Sendable {
    /// Does the work. Is called again if what it did was undone.
    func run(_ db: Database) throws
    /// Makes this write fail, although others of its group succeed.
    func refuse(_ error: StoreError)
    /// Tells the caller that the work is durable or refused, or why it failed with the whole group.
    func tell(_ failure: StoreError?)
}

/// A write with its caller.
///
/// `@unchecked Sendable`: the outcome is touched only on the database's queue.
private final class WaitingWrite<Value: Sendable>: PendingWrite, @unchecked Sendable {
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

    func run(_ db: Database) throws {
        outcome = .success(try body(db))
    }

    func refuse(_ error: StoreError) {
        outcome = .failure(error)
    }

    func tell(_ failure: StoreError?) {
        let unknown = StoreError(.database, "A write was neither done nor refused.")
        continuation.resume(returning: failure.map { .failure($0) } ?? outcome ?? .failure(unknown))
    }
}
