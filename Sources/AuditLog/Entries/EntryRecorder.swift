// SPDX-License-Identifier: Apache-2.0

import GRDB
import StateStore
import Synchronization
import Timekeeping

/// Gives entries their place, id and times, and inserts them.
///
/// `@unchecked Sendable`: it is used only on the writer's queue, inside the writer's transactions.
final class EntryRecorder: @unchecked Sendable {
    /// What `v` of a line can be.
    static let formatVersions = 1...2

    /// `v` of a line: 2 where it has the field `run`, which readers of the first version don't know.
    private static func formatVersion(of entry: AuditEntry) -> Int { entry.run == nil ? 1 : 2 }

    /// The run of the agent: 32 hex digits.
    let boot: String
    private let environment: StoreEnvironment
    private let start: ContinuousClock.Instant
    private var ulids = ULIDGenerator()
    private var hasher = TreeHasher()
    /// Nil when a transaction was undone and the edge has to be read again.
    private var edge: LogEdge?
    /// Prepared once.
    private var insertion: HotStatement?
    /// The last time in its two forms: many entries share a millisecond.
    private var time = (milliseconds: Int64.min, text: "")
    private var issuer = CheckpointIssuer()
    private let board: CheckpointBoard
    /// How far the log is, once that is durable.
    let progress = Mutex(AuditLogHealth())

    init(environment: StoreEnvironment, board: CheckpointBoard) {
        self.environment = environment
        self.board = board
        start = environment.monotonicClock()
        boot = (0..<2).map { _ in
            let digits = String(environment.random(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The number of entries, which is also the next sequence number.
    func size(in db: Database) throws -> Int64 {
        try currentEdge(in: db).size
    }

    /// Inserts an entry at the end of the log.
    func record(_ draft: EntryDraft, in db: Database) throws -> RecordedEntry {
        var edge = try currentEdge(in: db)
        // The edge is worked on in place: a second reference would make each append copy it.
        self.edge = nil
        let milliseconds = environment.milliseconds
        let recorded = line(draft, sequence: edge.size, milliseconds: milliseconds)
        let leaf = hasher.leaf(recorded.body)
        try insert(recorded, leaf: leaf, in: db)
        if let salted = draft.salted { try SaltTable.insert(salted, sequence: recorded.sequence, in: db) }
        try edge.append(leaf: leaf, milliseconds: milliseconds, tokens: draft.tokens, hasher: &hasher, in: db)
        self.edge = edge
        issuer.noteEntry(draft.entry.type)
        return recorded
    }

    private func insertion(in db: Database) throws -> HotStatement {
        if let insertion { return insertion }
        let prepared = try HotStatement("INSERT INTO entry (seq, body, leaf) VALUES (?, ?, ?)", in: db)
        insertion = prepared
        return prepared
    }

    // MARK: Checkpoints

    var isSigning: Bool { issuer.signer != nil }

    /// Signs the log as it stands; nil if there is nothing new to sign.
    func checkpoint(in db: Database) throws -> SignedCheckpoint? {
        let before = issuer.lastSize
        try issue(in: db)
        return issuer.lastSize > before ? issuer.issued : nil
    }

    func startSigning(_ start: SigningStart, entries: Int, in db: Database) throws {
        let key = start.signer.verifierKey
        if start.isFirstKey { try name(key, .keyCreated, in: db) }
        let lastSize = try CheckpointTable.last(in: db)?.checkpoint.size ?? 0
        issuer.start(start.signer, entries: entries, lastSize: lastSize, size: try size(in: db))
    }

    /// Names a new key in an entry, signs that with the old one, and goes on with the new one.
    func rotateKey(files: AuditKeyFiles, in db: Database) throws -> RecordedEntry {
        guard let old = issuer.signer else {
            throw StoreError(.keyUnusable, "The audit log isn't being signed, so it has no key to change.")
        }
        let new = try NoteSigner.generate(name: old.verifierKey.name)
        try files.saveNext(new)
        let recorded = try name(new.verifierKey, .keyRotated, in: db)
        try issue(in: db)
        issuer.change(to: new)
        return recorded
    }

    @discardableResult
    private func name(_ key: NoteVerifierKey, _ type: AuditEntryType, in db: Database) throws -> RecordedEntry {
        var entry = AuditEntry(type)
        entry.keyID = key.id.description
        entry.reference = key.description
        let recorded = try record(EntryDraft(entry), in: db)
        try CheckpointTable.insert(signer: key, sequence: recorded.sequence, in: db)
        return recorded
    }

    private func issue(in db: Database) throws {
        let tree = try currentEdge(in: db).tree
        try issuer.issue(size: tree.size, root: tree.root(hasher: &hasher), in: db)
    }

    private func currentEdge(in db: Database) throws -> LogEdge {
        if let edge { return edge }
        let read = try LogEdge(in: db)
        edge = read
        return read
    }

    private func line(_ draft: EntryDraft, sequence: Int64, milliseconds: Int64) -> RecordedEntry {
        let id = ulids.next(milliseconds: milliseconds, random: environment.random)
        let monotonic = Self.nanoseconds(environment.monotonicClock() - start)
        if milliseconds != time.milliseconds { time = (milliseconds, ISO8601.text(milliseconds: milliseconds)) }
        var line = JSONLine(reservingCapacity: 192 + draft.fields.count)
        line.openObject()
        line.number("v", Self.formatVersion(of: draft.entry))
        line.number("seq", sequence)
        line.plain("id", id)
        line.plain("at", time.text)
        line.plain("boot", boot)
        line.number("mono_ns", monotonic)
        line.append(fields: draft.fields)
        line.closeObject()
        return RecordedEntry(
            sequence: sequence,
            id: id,
            at: ISO8601.date(milliseconds: milliseconds),
            boot: boot,
            monotonicNanoseconds: monotonic,
            entry: draft.entry,
            body: line.bytes,
            knownModeller: draft.salted?.name ?? draft.entry.modeller
        )
    }

    private func insert(_ recorded: RecordedEntry, leaf: TreeHash, in db: Database) throws {
        let statement = try insertion(in: db)
        statement.bind(recorded.sequence, at: 1)
        try recorded.body.withUnsafeBytes { body in
            statement.bind(text: body, at: 2)
            try leaf.withUnsafeBytes { leaf in
                statement.bind(blob: leaf, at: 3)
                try statement.run()
            }
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds / 1_000_000_000))
    }
}

extension EntryRecorder: TransactionParticipant {
    func opened(_ db: Database) throws {
        let size = try size(in: db)
        progress.withLock { $0.entries = size }
    }

    func rollbackPoint() -> () -> Void {
        let (size, issuer) = (edge?.size, issuer)
        return {
            self.issuer = issuer
            if self.edge?.size != size { self.edge = nil }
        }
    }

    /// Signs if that is due.
    func willCommit(in db: Database) throws {
        if let size = edge?.size, issuer.isDue(size: size) { try issue(in: db) }
    }

    func didCommit() {
        let (size, signedEntries, checkpoint) = (edge?.size, issuer.lastSize, issuer.takeIssued())
        progress.withLock { progress in
            if let size { progress.entries = size }
            progress.signedEntries = signedEntries
            if checkpoint != nil { progress.lastCheckpoint = environment.wallClock() }
        }
        board.post(checkpoint, hasUnsigned: issuer.hasUnsigned && isSigning)
    }

    func close() {
        insertion = nil
    }
}
