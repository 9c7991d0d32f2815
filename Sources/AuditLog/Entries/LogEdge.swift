// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore

/// Where the log ends: what the next entry has to be joined to.
struct LogEdge: Sendable {
    /// The tree's growing edge.
    private(set) var tree: MerkleTree
    /// The segment that isn't full yet.
    private var segment: Segment

    /// The number of entries, which is also the next sequence number.
    var size: Int64 { tree.size }

    /// Reads the edge of the log as it stands in the database.
    ///
    /// - Throws: ``StoreError/Code/damaged`` if the last entries don't hash to what was stored with them.
    init(in db: Database) throws {
        let size = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
        var nodes = TreeNodes(StoredTree(db: db))
        tree = try nodes.tree(size: size)
        segment = Segment()
        var hasher = TreeHasher()
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT seq, body FROM entry WHERE seq >= ? ORDER BY seq",
            arguments: [size - size % Segment.width]
        )
        for leaf in tree.edges[0] {
            guard let row = try rows.next() else { break }
            try row.withUnsafeData(atIndex: 1) { body in
                try (body ?? Data()).withUnsafeBytes { line in
                    let fields = LineFields(line)
                    guard hasher.leaf(line) == leaf, let fields, let milliseconds = fields.milliseconds else {
                        throw StoreError(.damaged, "Entry \(row[0] as Int64) of the audit log was changed.")
                    }
                    segment.add(milliseconds: milliseconds, tokens: fields.tokens)
                }
            }
        }
    }

    /// Joins an entry to the log, and writes the tiles and the segment that it completes.
    mutating func append(
        leaf: TreeHash,
        milliseconds: Int64,
        tokens: [IndexToken],
        hasher: inout TreeHasher,
        in db: Database
    ) throws {
        try tree.append(leaf, hasher: &hasher) { try TileTable.insert($0, in: db) }
        segment.add(milliseconds: milliseconds, tokens: tokens)
        guard size.isMultiple(of: Segment.width) else { return }
        try SegmentTable.insert(segment, index: size / Segment.width - 1, in: db)
        segment = Segment()
    }
}
