// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Offloading
import StateStore
import StrictJSON

/// Which of the two lists.
typealias FlameCollectionPath = any WritableKeyPath<FlameSyncState, FlameSyncState.Collection> & Sendable

/// Reading the Hub's lists (flame-hub.md, 6.5).
extension FlameSynchronizer {
    /// The node's id.
    ///
    /// - Throws: `FlameHubError` if the node was not found yet.
    func nodeID() throws(FlameHubError) -> HubID<Node> {
        guard let id = state.flatMap({ HubID<Node>($0.nodeID) }) else {
            throw FlameHubError(.invalidRequest, "The node was not found at the Hub yet.")
        }
        return id
    }

    /// The first watermark is the newest row; what is older is history, and read bit by bit.
    func setFirstWatermarks(_ turn: borrowing AsyncLock.Turn) async throws {
        try await setFirstWatermark(turn, core.projectNodes, \.projectNodes)
        try await setFirstWatermark(turn, core.analysisNodes, \.analysisNodes)
    }

    private func setFirstWatermark<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ path: FlameCollectionPath
    ) async throws where Part.SortKeys == TimeSortKeys {
        guard state?[keyPath: path].watermark == nil else { return }
        let page = try await resource.find(
            filter: Part.ofNode(nodeID()),
            sort: .descending(\.updatedAt),
            page: PageRequest(limit: 1)
        )
        let newest = page.rows.first?.updatedAt
        change(turn) { $0[keyPath: path].watermark = DeltaWatermark(value: newest) }
        try await save(turn, FlameBatch())
    }

    /// Reads what changed since the last time.
    ///
    /// - Returns: Whether anything did.
    func deltaPass<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ path: FlameCollectionPath
    ) async throws -> Bool where Part.SortKeys == TimeSortKeys {
        let watermark = state?[keyPath: path].watermark ?? DeltaWatermark()
        let bound = watermark.value?.date.addingTimeInterval(-DeltaPass<JSONValue>.Limits().overlap)
        var pass = DeltaPass<JSONValue>(from: watermark)
        var hasNews = false
        while true {
            let page = try await resource.find(
                filter: Part.ofNode(nodeID()),
                sort: .descending(\.updatedAt),
                page: PageRequest(offset: pass.offset)
            )
            let (isNew, step): ([Bool], DeltaPass<JSONValue>.Step)
            do {
                (isNew, step) = try pass.take(Self.passRows(page.rows), total: page.total)
            } catch {
                throw FlameHubError(
                    .queryIgnored,
                    "The core service did not sort \(Part.collection) by their last change."
                )
            }
            // The first page also brings rows from before the watermark: they are known, or found by the backfill.
            let rows = zip(page.rows, isNew).compactMap { row, isNew in
                isNew && !(bound.map { row.isOlder(than: $0) } ?? false) ? row : nil
            }
            let batch = try await mirror.changes(by: rows, ours: ours)
            hasNews = hasNews || !batch.rows.isEmpty
            switch step {
            case .next:
                if !batch.isEmpty { try await save(turn, batch) }
            case .finished(let watermark):
                let isUnchanged =
                    state?[keyPath: path].watermark == watermark && state?[keyPath: path].total == page.total
                change(turn) { state in
                    state[keyPath: path].watermark = watermark
                    state[keyPath: path].total = page.total
                }
                if !batch.isEmpty || !isUnchanged { try await save(turn, batch) }
                return hasNews
            }
        }
    }

    /// Reads a set as a whole, and looks after those that are thought to be in it but are not.
    ///
    /// - Parameter standing: What the mirror calls the rows of the set.
    /// - Returns: Where to read on, if the set is too large for one pass.
    @discardableResult
    func completeSet<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ set: Filter<Part>,
        _ standing: FlameRow.Standing,
        at offset: Int = 0
    ) async throws -> Int where Part.SortKeys == TimeSortKeys {
        var pass = CompleteSetPass<String>(at: offset)
        while true {
            let page = try await resource.find(
                filter: Part.ofNode(nodeID()) && set,
                sort: .ascending(\.createdAt),
                page: PageRequest(offset: pass.offset),
                include: Part.whole
            )
            let batch = try await mirror.changes(by: page.rows, ours: ours)
            if !batch.isEmpty { try await save(turn, batch) }
            switch pass.take(page.rows.map { FlameRow.mirrored($0)[0].key.id }, total: page.total) {
            case .next: continue
            case .complete:
                try await lookAfter(turn, resource, standing, except: pass.ids)
                return 0
            case .partial(let next): return next
            case .unstable: return 0
            }
        }
    }

    /// Rows that left a set are read by themselves before anything is concluded.
    private func lookAfter<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ standing: FlameRow.Standing,
        except ids: Set<String>
    ) async throws {
        let known = try await store.reader.rows(Part.rowKind, standing)
        for row in known.filter({ !ids.contains($0.key.id) }).prefix(limits.rowsReadAlone) {
            try await readAlone(turn, resource, row)
        }
    }

    /// Reads one row by its project or analysis, or finds that it is gone.
    private func readAlone<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ row: FlameRow
    ) async throws {
        guard let whole = row.parent.flatMap({ HubID<Part.Whole>($0) }), let id = HubID<Part>(row.key.id) else {
            return
        }
        let page = try await resource.find(filter: Part.ofNode(nodeID()) && Part.inWholes([whole]), include: Part.whole)
        var batch = try await mirror.changes(by: page.rows, ours: ours)
        // The Hub says 404 before anything counts as deleted.
        let isSeen = page.rows.contains { FlameRow.mirrored($0)[0].key.id == row.key.id }
        if !isSeen, try await resource.row(id) == nil { batch.append(try await mirror.removal(of: [row])) }
        if !batch.isEmpty { try await save(turn, batch) }
    }

    /// The parts that may run or run. A set that is too large for one pass is read in turns.
    func readActive(_ turn: borrowing AsyncLock.Turn) async throws {
        let offset = state?.activeOffset ?? 0
        let next = try await completeSet(turn, core.analysisNodes, AnalysisNode.active, .active, at: offset)
        change(turn) { $0.activeOffset = next }
    }

    /// Looks whether known rows still exist; more of them while the Hub has fewer rows than are known here.
    func verify<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ path: FlameCollectionPath
    ) async throws {
        for round in 0..<limits.verificationSlices {
            let known = try await store.reader.count(Part.rowKind)
            guard round == 0 || known > state?[keyPath: path].total ?? known else { return }
            let limit = PageRequest.maximumLimit
            let last = state?[keyPath: path].verifiedUpTo ?? ""
            let rows = try await store.reader.rows(Part.rowKind, after: last, limit: limit)
            try await verify(turn, resource, rows)
            change(turn) { $0[keyPath: path].verifiedUpTo = rows.count < limit ? nil : rows.last?.key.id }
        }
    }

    private func verify<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ rows: [FlameRow]
    ) async throws {
        let stored = Dictionary(rows.map { ($0.key.id, $0) }) { first, _ in first }
        let known = rows.compactMap { row -> VerificationSlice<Part>.KnownRow? in
            guard let id = HubID<Part>(row.key.id), let whole = row.parent.flatMap({ HubID<Part.Whole>($0) }) else {
                return nil
            }
            return .init(id: id, wholeID: whole)
        }
        guard let slice = try VerificationSlice<Part>(of: nodeID(), rows: known) else { return }
        let page = try await resource.find(filter: slice.filter)
        var batch = try await mirror.changes(by: page.rows, ours: ours)
        let missing = slice.missing(from: page)
        // The Hub says 404 for one of them before they count as deleted.
        if let first = missing.first, try await resource.row(first.id) == nil {
            batch.append(try await mirror.removal(of: missing.compactMap { stored[$0.id.text] }))
        }
        if !batch.isEmpty { try await save(turn, batch) }
    }

    /// Reads some of the rows that were there before the first look. Begins again when rows are missing.
    func backfill<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ resource: Resource<Part>,
        _ path: FlameCollectionPath
    ) async throws where Part.SortKeys == TimeSortKeys {
        try await beginBackfillIfNeeded(turn, Part.rowKind, path)
        for _ in 0..<limits.backfillPages {
            guard let offset = state?[keyPath: path].backfill.offset else { return }
            let page = try await resource.find(
                filter: Part.ofNode(nodeID()),
                sort: .ascending(\.createdAt),
                page: PageRequest(offset: offset)
            )
            let batch = try await mirror.changes(by: page.rows, isNews: false, ours: ours)
            change(turn) {
                $0[keyPath: path].backfill.offset = page.isLast ? nil : offset + max(1, page.rows.count - 5)
            }
            try await save(turn, batch)
        }
    }

    private func beginBackfillIfNeeded(
        _ turn: borrowing AsyncLock.Turn,
        _ kind: FlameRow.Kind,
        _ path: FlameCollectionPath
    ) async throws {
        guard let state, state[keyPath: path].backfill.offset == nil, let total = state[keyPath: path].total,
            state.cycle - state[keyPath: path].backfill.begunAt >= limits.cyclesBetweenBackfills,
            try await store.reader.count(kind) < total
        else { return }
        change(turn) { $0[keyPath: path].backfill = .init(offset: 0, begunAt: state.cycle) }
    }

    /// The parts in projects: what changed, and the complete set of those that nobody decided about.
    ///
    /// - Parameter isWhole: Whether the set is read, too, and rows that may be gone are looked for.
    func readProjects(_ turn: borrowing AsyncLock.Turn, isWhole: Bool) async throws {
        let hasNews = try await deltaPass(turn, core.projectNodes, \.projectNodes)
        guard isWhole || hasNews else { return }
        try await completeSet(turn, core.projectNodes, ProjectNode.undecided, .pending)
        try await verify(turn, core.projectNodes, \.projectNodes)
        try await backfill(turn, core.projectNodes, \.projectNodes)
    }

    // MARK: Rows in a pass

    /// A row whose time can't be read takes the time of the row in front of it, so that it does not disturb the order.
    private static func passRows<Part: MirroredRecord>(_ rows: [ResourceRow<Part>]) -> [DeltaPass<JSONValue>.Row] {
        var previous = rows.lazy.compactMap(\.updatedAt).first ?? HubTimestamp(.distantPast)
        return rows.map { row in
            previous = row.updatedAt ?? previous
            return DeltaPass<JSONValue>.Row(id: row.raw.objectValue?["id"] ?? row.raw, updatedAt: previous)
        }
    }
}

extension ResourceRow {
    /// When the row was last changed; `nil` if that can't be read.
    fileprivate var updatedAt: HubTimestamp? {
        raw.objectValue?["updatedAt"]?.stringValue.flatMap { HubTimestamp($0) }
    }

    /// Whether the row was last changed before a date; one whose time can't be read was not.
    fileprivate func isOlder(than date: Date) -> Bool { updatedAt.map { $0.date < date } ?? false }
}

/// What bounds one look at the Hub.
struct FlameSyncLimits: Sendable {
    /// How many pages of older rows are read until all are known.
    let backfillPages = 10
    /// How many slices of known rows are looked for while the Hub has fewer rows than are known; otherwise it is one.
    let verificationSlices = 4
    /// How many cycles lie between two walks over all rows, if rows are missing.
    let cyclesBetweenBackfills = 20
    /// How many rows that left a set are read one by one.
    let rowsReadAlone = 5
}
