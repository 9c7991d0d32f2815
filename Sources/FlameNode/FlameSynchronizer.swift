// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Logging
import Offloading
import StateStore

/// Keeps the mirror of one FLAME node in step with the Hub, and writes to the Hub what waits for it (flame-hub.md, 6).
///
/// Everything that talks to the Hub takes its turn, so that looks at the Hub and writes never overlap. What changes the
/// state or the outbox demands the turn, so that it can't be called outside of one.
actor FlameSynchronizer {
    let store: FlameStore
    let mirror: FlameMirror
    let judge: ConsentJudge
    let entries: FlameEntries
    let connection: FlameConnection
    let finder: FlameNodeFinder
    let key: FlameNodeKey
    let limits: FlameSyncLimits
    let now: @Sendable () -> Date
    let random: @Sendable () -> Double
    let logger: Logger

    /// How far the mirror is; `nil` before the node was found.
    private(set) var state: FlameSyncState?
    /// What waits to be written.
    private(set) var outbox = Outbox()
    /// What is stored but can't be read.
    private(set) var damage = FlameDamage()
    /// State and outbox as they were last stored.
    private var stored: (state: FlameSyncState?, outbox: Outbox) = (nil, Outbox())
    /// Whether the node was found since the agent started.
    private var hasBegun = false
    /// Ends the wait for the next look.
    nonisolated let waker = LoopWaker()
    private let turns = AsyncLock()

    init(
        store: FlameStore,
        entries: FlameEntries,
        connection: FlameConnection,
        finder: FlameNodeFinder,
        key: FlameNodeKey,
        consent: FlameConsentSource,
        limits: FlameSyncLimits = FlameSyncLimits(),
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger = Logger(label: "flame")
    ) {
        self.store = store
        self.mirror = FlameMirror(reader: store.reader, entries: entries, now: now)
        self.judge = ConsentJudge(reader: store.reader, source: consent, now: now)
        self.entries = entries
        self.connection = connection
        self.finder = finder
        self.key = key
        self.limits = limits
        self.now = now
        self.random = random
        self.logger = logger
    }

    var core: CoreClient { connection.node.core }

    // MARK: Turns

    /// Does something for somebody else in its turn, so that nothing is read or written between its steps.
    ///
    /// - Throws: `CancellationError` if the task is cancelled before its turn comes; `StoreError` with `damaged` if the state
    ///   of the node can't be read; what the work throws.
    func alone<Value: Sendable>(
        _ work: @Sendable (borrowing AsyncLock.Turn) async throws -> Value
    ) async throws -> Value {
        try await turns.withTurn { turn in
            try start(turn)
            // Somebody is there: whether the Hub is back is worth another look.
            if state?.problem != nil { waker.wake() }
            return try await work(turn)
        }
    }

    /// Begins a turn with what is stored: what another turn left in memory, because it failed, is not known, and a write
    /// that was under way then may have arrived.
    private func start(_ turn: borrowing AsyncLock.Turn) throws(StoreError) {
        if let fault = damage.state { throw fault }
        outbox = stored.outbox
        outbox.recover()
    }

    /// Reads what is stored, without asking the Hub. Call it once, first.
    ///
    /// What can't be read is noted in ``damage``, and stays where it is.
    func load() async throws {
        try await turns.withTurn { turn in
            let text = try await store.reader.value(FlameSyncState.key)
            let next = try await store.reader.value(Self.nextWriteKey)
            let writes = try await store.reader.writes()
            do throws(StoreError) {
                state = try text.map { text throws(StoreError) in try FlameSyncState(stored: text) }
                outbox = try Self.outbox(writes, next: next, &damage)
            } catch {
                damage.state = error
                logger.error("\(error.message)")
            }
            for (id, target) in damage.writes { logger.error("the write \(id) to \(target) can't be read") }
            outbox.recover()
            stored = (state, outbox)
        }
    }

    private static func outbox(
        _ writes: [FlameBatch.Write],
        next: String?,
        _ damage: inout FlameDamage
    ) throws(StoreError) -> Outbox {
        guard let nextID = Int64(next ?? "1") else {
            throw StoreError(.damaged, "The number of the next write to the FLAME Hub can't be read.")
        }
        var readable: [OutboxEntry] = []
        for write in writes {
            do throws(StoreError) {
                readable.append(try OutboxEntry(stored: write.body))
            } catch {
                damage.writes[write.id] = write.target
            }
        }
        return Outbox(
            restoring: readable,
            nextID: max(nextID, (writes.map(\.id).max() ?? 0) + 1),
            blocked: Set(damage.writes.values)
        )
    }

    // MARK: Looking at the Hub

    /// Finds the node, and begins to mirror it.
    func begin() async throws {
        try await turns.withTurn { turn in
            try start(turn)
            if state != nil { try await stopUnconsented(turn) }
            await connection.hub.core.forgetProfile()
            let profile = try await core.profile()
            let row = try await finder.find()
            guard let record = row.record else {
                throw FlameHubError(.malformedResponse, "The node's row can't be read: \(row.fault ?? "").")
            }
            var batch = FlameBatch()
            let isOther = state?.nodeID != record.id.text
            if isOther {
                // Another node's rows and writes are of no use to this one.
                batch.startsOver = true
                batch.entries.append(entries.node(.found, record.id.text, detail: record.name))
                state = FlameSyncState(nodeID: record.id.text)
                outbox = Outbox(restoring: [], nextID: outbox.nextID)
                batch.values[Self.nextWriteKey] = String(outbox.nextID)
            }
            batch.append(try await nodeChanges(turn, row, record))
            change(turn) { state in
                // Of a write that was refused in a former life nobody waits for the answer any more; versions before called it
                // `write`.
                if !hasBegun { state.alarms = state.alarms.filter { !$0.key.hasPrefix("write") } }
                state.hubVersion = profile.version?.description
                state.clockOffset = profile.clockOffset
            }
            try await save(turn, batch)
            if isOther { damage = FlameDamage() }
            hasBegun = true
            try await setFirstWatermarks(turn)
        }
    }

    /// One look at the Hub, and the writes that are due.
    ///
    /// - Returns: Whether an analysis runs here.
    func cycle(_ pacing: SyncPacing) async throws -> Bool {
        try await turns.withTurn { turn in
            try start(turn)
            guard state != nil else { return false }
            change(turn) { $0.cycle += 1 }
            tellOfUnreadableWrites(turn)
            try await stopUnconsented(turn)
            _ = try await flush(turn)
            if pacing.readsNode { try await readNode(turn) }
            try await readProjects(turn, isWhole: pacing.readsProjects)
            let hasNews = try await deltaPass(turn, core.analysisNodes, \.analysisNodes)
            let hasPending = try await store.reader.count(.analysisNode, .pending) > 0
            if pacing.readsPending(hasPending: hasPending, hasNews: hasNews) {
                try await completeSet(turn, core.analysisNodes, AnalysisNode.undecided, .pending)
            }
            try await readActive(turn)
            try await verify(turn, core.analysisNodes, \.analysisNodes)
            try await backfill(turn, core.analysisNodes, \.analysisNodes)
            let isActive = try await reconcile(turn)
            change(turn) { state in
                state.lastSuccess = now()
                state.problem = nil
            }
            try await save(turn, FlameBatch())
            return isActive
        }
    }

    /// Notes why the last look failed, so that it can be seen without the daemon.
    func note(problem: String, of error: any Error) async throws {
        guard damage.state == nil else { return }
        try await turns.withTurn { turn in
            try start(turn)
            guard let state else { return }
            var batch = FlameBatch()
            if let error = error as? FlameHubError, error.code == .queryIgnored, state.problem != problem {
                batch.entries.append(entries.node(.foreignRow, state.nodeID, detail: error.path))
            }
            change(turn) { $0.problem = problem }
            try await save(turn, batch)
        }
    }

    // MARK: State

    /// Changes the state in memory; it is stored with the next batch.
    func change(_ turn: borrowing AsyncLock.Turn, _ change: (inout FlameSyncState) -> Void) {
        guard var changed = state else { return }
        change(&changed)
        state = changed
    }

    /// Changes the outbox in memory; whoever does so stores it with the next batch.
    func changeOutbox<Value>(_ turn: borrowing AsyncLock.Turn, _ change: (inout Outbox) -> Value) -> Value {
        change(&outbox)
    }

    /// Notes which runs can't be read.
    func noteUnreadable(_ turn: borrowing AsyncLock.Turn, runs: Set<String>) {
        damage.runs = runs
    }

    /// Stores a batch together with the state.
    func save(_ turn: borrowing AsyncLock.Turn, _ batch: FlameBatch) async throws(StoreError) {
        var batch = batch
        if let state { batch.values[FlameSyncState.key] = try state.storedText() }
        do {
            try await store.apply(batch)
        } catch {
            // What is not stored is not known.
            state = stored.state
            throw error
        }
        stored = (state, outbox)
    }

    /// Tells the operator of something, once, until it is over.
    func raise(_ turn: borrowing AsyncLock.Turn, _ alarm: String, _ text: String) {
        guard state?.alarms[alarm] != text else { return }
        logger.error("\(text)", metadata: ["alarm": "\(alarm)"])
        change(turn) { $0.alarms[alarm] = text }
    }

    /// Takes an alarm back.
    func clear(_ turn: borrowing AsyncLock.Turn, _ alarm: String) {
        change(turn) { $0.alarms[alarm] = nil }
    }

    private func tellOfUnreadableWrites(_ turn: borrowing AsyncLock.Turn) {
        guard !damage.writes.isEmpty else { return clear(turn, "outbox") }
        let targets = Set(damage.writes.values).sorted().joined(separator: ", ")
        raise(turn, "outbox", "stored writes to the FLAME Hub can't be read, and nothing is written to \(targets)")
    }
}
