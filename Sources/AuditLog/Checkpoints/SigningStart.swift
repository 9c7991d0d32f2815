// SPDX-License-Identifier: Apache-2.0

import GRDB
import StateStore

/// What is found when signing starts: the log's name, its key, and whether the key is new.
struct SigningStart {
    let origin: String
    let signer: NoteSigner
    /// Whether the log has no key yet, so that this one has to be named in it.
    let isFirstKey: Bool
    private let lastHere: SignedCheckpoint?

    init(_ signing: AuditSigning, files: AuditKeyFiles, in db: Database) throws {
        origin = try CheckpointTable.origin(for: signing, in: db)
        lastHere = try files.loadCheckpoint()
        guard let inForce = try CheckpointTable.signer(in: db) else {
            isFirstKey = true
            // A key that was saved before the entry that names it could be: it has signed nothing.
            if let saved = try files.loadCurrent(), saved.verifierKey.name == origin {
                signer = saved
            } else {
                signer = try NoteSigner.generate(name: origin)
                try files.saveCurrent(signer)
            }
            return
        }
        isFirstKey = false
        if let next = try files.loadNext() {
            if next.verifierKey == inForce {
                try files.promoteNext()
                signer = next
                return
            }
            try files.discardNext()
        }
        guard let current = try files.loadCurrent(), current.verifierKey == inForce else {
            throw StoreError(
                .keyUnusable,
                "The audit log was last signed with key \(inForce.id), which is not in the key directory; "
                    + "put it back, or set the log aside and begin a new one."
            )
        }
        signer = current
    }

    /// Checks that the log still contains what was signed here before.
    func requireOwnHistory(_ size: Int64, in db: Database) throws {
        var nodes = TreeNodes(StoredTree(db: db))
        for known in [try CheckpointTable.last(in: db), lastHere].compactMap({ $0?.checkpoint }) {
            // Beside the key there can still be the last checkpoint of a log that was set aside.
            guard known.origin == origin else { continue }
            guard known.size <= size else {
                throw StoreError(
                    .rolledBack,
                    "The audit log has \(size) entries, but one of \(known.size) was signed here: "
                        + "an old copy of the state database was put back."
                )
            }
            guard try nodes.root(size: known.size) == known.root else {
                throw StoreError(
                    .rolledBack,
                    "The first \(known.size) entries of the audit log are not those that were signed here."
                )
            }
        }
    }
}
