import AuditLog
import StateStore
import FlameHub
import Foundation
import Logging

/// Keeps the mirror of one FLAME node in step with the Hub, and writes to the Hub what waits for it (flame-hub.md, 6).
///
/// Everything that talks to the Hub takes its turn, so that looks at the Hub and writes never overlap.
actor FlameSynchronizer {
    let store: FlameStore
    let mirror: FlameMirror
    let entries: FlameEntries
    let connection: FlameConnection
    let finder: FlameNodeFinder
    let key: FlameNodeKey
    let limits: FlameSyncLimits
    let now: @Sendable () -> Date
    let random: @Sendable () -> Double
    let logger: Logger

    /// How far the mirror is; `nil` before the node was found.
    var state: FlameSyncState?
    /// What waits to be written.
    var outbox = Outbox()
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(
        store: FlameStore,
        entries: FlameEntries,
        connection: FlameConnection,
        finder: FlameNodeFinder,
        key: FlameNodeKey,
        limits: FlameSyncLimits = FlameSyncLimits(),
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger = Logger(label: "flame")
    ) {
        self.store = store
        self.mirror = FlameMirror(reader: store.reader, entries: entries, now: now)
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

    /// Does one thing at a time, in the order of the calls.
    func inTurn<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        if isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        defer {
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        return try await work()
    }

    /// Reads what is stored, without asking the Hub. Call it once, first.
    func load() async throws(StoreError) {
        let stored = try await store.reader.value(FlameSyncState.key)
        state = stored.flatMap(FlameSyncState.init(text:))
        let waiting = try await store.reader.writes()
        let next = try await store.reader.value(Self.nextWriteKey).flatMap { Int64($0) } ?? 1
        outbox = Outbox(restoring: waiting.compactMap(Self.entry), nextID: next)
        outbox.recover()
    }

    /// Finds the node, and begins to mirror it.
    func begin() async throws {
        try await inTurn {
            await connection.hub.core.forgetProfile()
            let profile = try await core.profile()
            let row = try await finder.find()
            guard let record = row.record else {
                throw FlameHubError(.malformedResponse, "The node's row can't be read: \(row.fault ?? "").")
            }
            var batch = FlameBatch()
            if state?.nodeID != record.id.text {
                // Another node's rows and writes are of no use to this one.
                batch.startsOver = true
                batch.entries.append(entries.node(.found, record.id.text, detail: record.name))
                state = FlameSyncState(nodeID: record.id.text)
                outbox = Outbox(restoring: [], nextID: outbox.nextID)
            }
            batch.append(try await nodeChanges(row, record))
            change { state in
                state.hubVersion = profile.version?.description
                state.clockOffset = profile.clockOffset
            }
            try await save(batch)
            try await setFirstWatermarks()
        }
    }

    /// One look at the Hub, and the writes that are due.
    ///
    /// - Returns: Whether an analysis runs here.
    func cycle(_ pacing: SyncPacing) async throws -> Bool {
        try await inTurn {
            guard state != nil else { return false }
            change { $0.cycle += 1 }
            _ = try await flushInTurn()
            if pacing.readsNode { try await readNode() }
            if pacing.readsProjects { try await readProjects() }
            let hasNews = try await deltaPass(core.analysisNodes, \.analysisNodes)
            let hasPending = try await store.reader.count(.analysisNode, .pending) > 0
            if pacing.readsPending(hasPending: hasPending, hasNews: hasNews) {
                try await completeSet(core.analysisNodes, AnalysisNode.undecided, .pending)
            }
            try await readActive()
            try await verify(core.analysisNodes, \.analysisNodes)
            try await backfill(core.analysisNodes, \.analysisNodes)
            let isActive = try await reconcile()
            change { state in
                state.lastSuccess = now()
                state.problem = nil
            }
            try await save(FlameBatch())
            return isActive
        }
    }

    /// Does something for somebody else in its turn, so that nothing is read or written between its steps.
    func alone<Value: Sendable>(_ work: @Sendable () async throws -> Value) async rethrows -> Value {
        try await inTurn { try await work() }
    }

    /// Notes why the last look failed, so that it can be seen without the daemon.
    func note(problem: String, of error: any Error) async throws {
        try await inTurn {
            guard let state else { return }
            var batch = FlameBatch()
            if let error = error as? FlameHubError, error.code == .queryIgnored, state.problem != problem {
                batch.entries.append(entries.node(.foreignRow, state.nodeID, detail: error.path))
            }
            change { $0.problem = problem }
            try await save(batch)
        }
    }

    // MARK: State

    /// Changes the state in memory; it is stored with the next batch.
    func change(_ change: (inout FlameSyncState) -> Void) {
        guard var changed = state else { return }
        change(&changed)
        state = changed
    }

    /// Stores a batch together with the state.
    func save(_ batch: FlameBatch) async throws(StoreError) {
        var batch = batch
        if let state { batch.values[FlameSyncState.key] = state.text }
        do {
            try await store.apply(batch)
        } catch {
            // What is not stored is not known.
            state = try? await store.reader.value(FlameSyncState.key).flatMap(FlameSyncState.init(text:))
            throw error
        }
    }

    /// Tells the operator of something, once, until it is over.
    func raise(_ alarm: String, _ text: String) {
        guard state?.alarms[alarm] != text else { return }
        logger.error("\(text)", metadata: ["alarm": "\(alarm)"])
        change { $0.alarms[alarm] = text }
    }

    /// Takes an alarm back.
    func clear(_ alarm: String) {
        change { $0.alarms[alarm] = nil }
    }
}
