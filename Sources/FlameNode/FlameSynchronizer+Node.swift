// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography
import FlameHub
import Foundation
import Offloading
import StateStore

/// The node's own row and its public key (flame-hub.md, 5.2 and 6.4).
extension FlameSynchronizer {
    /// The node is gone at the Hub.
    struct NodeIsGone: Error {}

    /// Reads the node's row.
    ///
    /// - Throws: ``NodeIsGone`` if the Hub has no such node any more.
    func readNode(_ turn: borrowing AsyncLock.Turn) async throws {
        guard let row = try await core.nodes.row(nodeID()) else {
            if let known = try await store.reader.row(FlameRow.Key(.node, nodeID().text)) {
                try await save(turn, mirror.removal(of: [known]))
            }
            raise(turn, "node", "the FLAME Hub has no node with the id \(try nodeID()) any more")
            throw NodeIsGone()
        }
        clear(turn, "node")
        guard let record = row.record else { return }
        try await save(turn, nodeChanges(turn, row, record))
    }

    /// What the node's row changes, and what follows for its public key.
    func nodeChanges(
        _ turn: borrowing AsyncLock.Turn,
        _ row: ResourceRow<Node>,
        _ node: Node
    ) async throws(StoreError) -> FlameBatch {
        var batch = try await mirror.changes(by: [row])
        change(turn) { $0.nodeName = node.name }
        switch key.compare(with: node.publicKey) {
        case .same: clear(turn, "key")
        case .missing where connection.owner != nil:
            // Every save of a node makes the Hub talk to other services: once is enough.
            guard !outbox.entries.contains(where: { $0.write.isPublicKey }) else { break }
            batch.append(try add(turn, .publicKey(node: node.id, pem: key.publicKey.pem)))
        case .missing:
            raise(
                turn,
                "key",
                "the FLAME Hub has no public key for this node; give it the one of `pod-agent flame key show`"
            )
        case .different:
            if state?.alarms["key"] == nil { batch.entries.append(entries.node(.keyDiffers, node.id.text)) }
            raise(turn, "key", "the FLAME Hub has another public key for this node than \(key.fingerprint)")
        }
        return batch
    }
}

extension OutboxEntry.Write {
    /// Whether it sets the node's public key.
    var isPublicKey: Bool {
        if case .publicKey = self { true } else { false }
    }
}
