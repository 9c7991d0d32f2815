// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameHub
import Foundation
import Logging
import Offloading
import StateStore
import StrictJSON

/// Writing to the Hub (flame-hub.md, 6.7 to 6.9).
extension FlameSynchronizer {
    /// The name of the value that holds the id of the next write.
    static let nextWriteKey = "next-write"

    /// Puts a write into the outbox, to be stored with the batch that is returned.
    func add(_ turn: borrowing AsyncLock.Turn, _ write: OutboxEntry.Write) throws(StoreError) -> FlameBatch {
        let id = changeOutbox(turn) { $0.add(write) }
        var batch = try changed(id)
        batch.values[Self.nextWriteKey] = String(outbox.nextID)
        return batch
    }

    /// Puts a write into the outbox together with other changes, durable when this returns. One that waits already is
    /// neither kept nor recorded again, unless twice is more than once.
    ///
    /// - Returns: The write's id.
    func enqueue(
        _ turn: borrowing AsyncLock.Turn,
        _ write: OutboxEntry.Write,
        with changes: FlameBatch
    ) async throws(StoreError) -> Int64 {
        if let last = outbox.entries.last(where: { $0.write.target == write.target }), last.write == write,
            write.isIdempotent
        {
            return last.id
        }
        var batch = changes
        let addition = try add(turn, write)
        batch.append(addition)
        try await save(turn, batch)
        return addition.writes.first?.id ?? 0
    }

    /// Writes what is due, one after the other.
    func flush(_ turn: borrowing AsyncLock.Turn) async throws(StoreError) -> [Int64: FlameDelivery] {
        var deliveries: [Int64: FlameDelivery] = [:]
        for entry in outbox.entries where entry.isInDoubt { try await settle(turn, entry) }
        for entry in outbox.due(at: now()) { deliveries[entry.id] = try await deliver(turn, entry) }
        return deliveries
    }

    /// What an alarm about a refused write is called. It ends with the next write to the same target that the Hub takes, with
    /// the target, or with a new start.
    static func writeAlarm(_ target: String) -> String { "\(writeAlarmPrefix)\(target)" }
    static let writeAlarmPrefix = "write "

    private func deliver(
        _ turn: borrowing AsyncLock.Turn,
        _ entry: OutboxEntry
    ) async throws(StoreError) -> FlameDelivery {
        changeOutbox(turn) { $0.begin(entry.id) }
        try await save(turn, changed(entry.id))
        var batch: FlameBatch
        do {
            batch = try await send(turn, entry)
        } catch let drop as Dropped {
            changeOutbox(turn) { $0.succeed(entry.id) }
            return try await dropped(turn, entry, drop.reason, drop.message)
        } catch let error as FlameHubError {
            return try await failed(turn, entry, error)
        } catch let error as StoreError {
            throw error
        } catch {
            return try await failed(turn, entry, FlameHubError(.cancelled, "The write was not finished."))
        }
        changeOutbox(turn) { $0.succeed(entry.id) }
        clear(turn, Self.writeAlarm(entry.write.target))
        batch.settled.append(entry.id)
        try await save(turn, batch)
        return .delivered
    }

    private func failed(
        _ turn: borrowing AsyncLock.Turn,
        _ entry: OutboxEntry,
        _ error: FlameHubError
    ) async throws(StoreError) -> FlameDelivery {
        let before = Set(outbox.entries.map(\.id))
        let (now, random) = (now(), random())
        switch changeOutbox(turn, { $0.fail(entry.id, error, at: now, random: random) }) {
        case .later, .inDoubt:
            try await save(turn, changed(entry.id))
            return .waiting(error.description)
        case .targetGone:
            var batch = FlameBatch()
            batch.settled = Array(before.subtracting(outbox.entries.map(\.id)))
            try await save(turn, batch)
            return try await dropped(turn, entry, .targetGone, "what it was to be written to is gone at the Hub")
        case .refused:
            return try await dropped(turn, entry, .refusedByHub, error.description)
        }
    }

    private func dropped(
        _ turn: borrowing AsyncLock.Turn,
        _ entry: OutboxEntry,
        _ reason: FlameReason,
        _ message: String
    ) async throws(StoreError) -> FlameDelivery {
        logger.warning(
            "a write to the FLAME Hub was dropped: \(message)",
            metadata: ["target": "\(entry.write.target)"]
        )
        var batch = FlameBatch()
        batch.settled = [entry.id]
        batch.entries = [try await self.entry(about: entry.write, reason)]
        if reason == .refusedByHub {
            raise(
                turn,
                Self.writeAlarm(entry.write.target),
                "the FLAME Hub refused a write to \(entry.write.target): \(message)"
            )
        }
        try await save(turn, batch)
        return .dropped(reason, message)
    }

    // MARK: Sending

    /// A write that must not be sent.
    private struct Dropped: Error {
        let reason: FlameReason
        let message: String
    }

    private func send(_ turn: borrowing AsyncLock.Turn, _ entry: OutboxEntry) async throws -> FlameBatch {
        switch entry.write {
        case .report(let part, let report):
            var fields = JSONObject()
            fields["executionStatus"] = report.status.map { .string($0.rawValue) }
            // A hub of 0.8 drops it without a word.
            if keepsProgress { fields["executionProgress"] = report.progress.map { .integer(Int64($0)) } }
            let decisive: Set<String> = report.status == nil ? ["executionProgress"] : ["executionStatus"]
            return try await written(core.analysisNodes.update(part, fields: fields, judgedBy: decisive))
        case .analysisDecision(let part, let decision, let comment, let shown):
            return try await decide(turn, core.analysisNodes, owner().analysisNodes, part, decision, comment, shown)
        case .projectDecision(let part, let decision, let comment, let shown):
            return try await decide(turn, core.projectNodes, owner().projectNodes, part, decision, comment, shown)
        case .publicKey(let node, let pem):
            try await owner().nodes.update(node) { $0.publicKey = .set(pem) }
            clear(turn, "key")
            var batch = FlameBatch()
            batch.entries = [entries.node(.keySent, node.text, detail: key.fingerprint)]
            return batch
        case .log(let analysis, let node, let level, let message):
            var draft = AnalysisNodeLogs.Draft(analysisID: analysis, nodeID: node, level: level, message: message)
            draft.labels = [Self.logLabel: String(entry.id)]
            try await core.analysisNodeLogs.create(draft)
            return FlameBatch()
        }
    }

    /// Whether the Hub keeps how far a node is in percent, and lines of its log; one whose release is not known counts as new.
    var keepsProgress: Bool {
        state?.hubVersion.flatMap { HubVersion($0) }.map { $0 >= HubVersion(0, 9, 0) } ?? true
    }

    private func owner() throws(FlameHubError) -> CoreClient {
        guard let owner = connection.owner else {
            throw FlameHubError(.permission, "No data owner is configured (flame.owner), and the node may not do this.")
        }
        return owner.core
    }

    /// Sends a decision, if the row is still what the data owner saw.
    private func decide<Part: NodePart & MirroredRecord>(
        _ turn: borrowing AsyncLock.Turn,
        _ reading: Resource<Part>,
        _ writing: Resource<Part>,
        _ id: HubID<Part>,
        _ decision: ApprovalStatus?,
        _ comment: String?,
        _ shown: DecisionSnapshot
    ) async throws -> FlameBatch {
        let row = try await current(reading, id)
        guard let part = row?.record else {
            throw FlameHubError(.notFound, "The row that was decided about is gone.")
        }
        if part.approvalStatus == decision {
            var batch = try await mirror.changes(by: [row].compactMap { $0 }, ours: ours)
            batch.entries = [try await entry(about: Part.self, id.text, .alreadyThere, decision)]
            return batch
        }
        guard part.decisionSnapshot == shown else {
            let batch = try await mirror.changes(by: [row].compactMap { $0 }, ours: ours)
            if !batch.isEmpty { try await save(turn, batch) }
            throw Dropped(reason: .changedSinceShown, message: "the row changed after it was shown; look at it again")
        }
        var fields: JSONObject = ["approvalStatus": decision.map { .string($0.rawValue) } ?? .null]
        fields["comment"] = comment.map(JSONValue.string)
        var batch = try await written(writing.update(id, fields: fields, judgedBy: ["approvalStatus"]))
        batch.entries += [try await entry(about: Part.self, id.text, .sent, decision)]
        return batch
    }

    /// The row as the Hub has it now, with its project or analysis. Hub 0.13.0 embeds nothing in single rows, hence the list.
    private func current<Part: NodePart & MirroredRecord>(
        _ resource: Resource<Part>,
        _ id: HubID<Part>
    ) async throws -> ResourceRow<Part>? {
        let known = try await store.reader.row(FlameRow.Key(Part.rowKind, id.text))
        guard let whole = known?.parent.flatMap({ HubID<Part.Whole>($0) }) else { return try await resource.row(id) }
        let page = try await resource.find(filter: Part.ofNode(nodeID()) && Part.inWholes([whole]), include: Part.whole)
        return page.rows.first { $0.record?.id == id }
    }

    /// What a row changes that was written from here: nothing that has to be recorded again.
    private func written<Part: MirroredRecord>(_ row: ResourceRow<Part>) async throws(StoreError) -> FlameBatch {
        var batch = try await mirror.changes(by: [row], ours: ours)
        // A consent that ends is news, whoever wrote the row.
        batch.entries.removeAll { $0.reason != FlameReason.consentWithdrawn.rawValue }
        return batch
    }

    // MARK: Logs whose arrival is in doubt

    private static let logLabel = "pod_agent_write"

    /// Looks whether a line of a log arrived: the Hub would keep it twice if it were sent again.
    private func settle(_ turn: borrowing AsyncLock.Turn, _ entry: OutboxEntry) async throws(StoreError) {
        guard case .log(let analysis, let node, _, _) = entry.write else { return }
        let lines: [LogEntry]
        do {
            lines = try await core.analysisNodeLogs.find(analysis: analysis, node: node)
        } catch {
            logger.debug("whether a log line arrived is not known yet: \(error)")
            return
        }
        let hasArrived = lines.contains { $0.labels[Self.logLabel] == String(entry.id) }
        changeOutbox(turn) { $0.settle(entry.id, arrived: hasArrived) }
        var batch = try changed(entry.id)
        if hasArrived { batch.settled = [entry.id] }
        try await save(turn, batch)
    }

    // MARK: Storing

    private func changed(_ id: Int64) throws(StoreError) -> FlameBatch {
        var batch = FlameBatch()
        for entry in outbox.entries where entry.id == id {
            batch.writes.append(
                FlameBatch.Write(id: id, target: entry.write.target, body: try entry.storedText())
            )
        }
        return batch
    }
}

/// What became of a write to the Hub.
enum FlameDelivery: Sendable, Equatable {
    /// The Hub has it.
    case delivered
    /// It waits for another try; the sentence says why.
    case waiting(String)
    /// It will not be sent; the reason is recorded, the sentence says it to people.
    case dropped(FlameReason, String)
}
