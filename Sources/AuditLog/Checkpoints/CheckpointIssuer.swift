// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Decides when a checkpoint is due, and signs it. A value: the writer keeps a copy to return to when a transaction
/// or a savepoint is undone.
struct CheckpointIssuer: Sendable {
    /// The types of entries that are signed at once.
    private static let urgentTypes: Set<AuditEntryType> = [.agentStop, .policyLoaded, .auditExported]

    /// The key in force; nil until signing was started.
    private(set) var signer: NoteSigner?
    /// How many entries the last checkpoint covers.
    private(set) var lastSize: Int64 = 0
    /// Whether there are entries that no checkpoint covers, other than those that tell of checkpoints themselves:
    /// otherwise telling of one would call for the next.
    private(set) var hasUnsigned = false
    /// The newest checkpoint of this transaction.
    private(set) var issued: SignedCheckpoint?
    private var interval = Int64.max
    private var isUrgent = false

    mutating func start(_ signer: NoteSigner, entries: Int, lastSize: Int64, size: Int64) {
        self.signer = signer
        self.lastSize = lastSize
        interval = Int64(max(1, entries))
        hasUnsigned = size > lastSize
    }

    mutating func change(to signer: NoteSigner) {
        self.signer = signer
    }

    mutating func noteEntry(_ type: AuditEntryType) {
        if type != .auditCheckpointed { hasUnsigned = true }
        if Self.urgentTypes.contains(type) { isUrgent = true }
    }

    /// Whether the transaction has to end with a checkpoint.
    func isDue(size: Int64) -> Bool {
        signer != nil && size > lastSize && (isUrgent || size - lastSize >= interval)
    }

    /// Signs the log as it stands, unless that was done already.
    mutating func issue(size: Int64, root: @autoclosure () -> TreeHash, in db: Database) throws {
        guard let signer, size > lastSize else { return }
        let checkpoint = Checkpoint(origin: signer.verifierKey.name, size: size, root: root())
        let signed = try SignedCheckpoint(signer.sign(checkpoint.text))
        try CheckpointTable.insert(signed, in: db)
        lastSize = size
        hasUnsigned = false
        isUrgent = false
        issued = signed
    }

    /// Hands out the newest checkpoint, once it is durable.
    mutating func takeIssued() -> SignedCheckpoint? {
        defer { issued = nil }
        return issued
    }
}
