// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore

/// Compares the stored tiles with those that the entries make.
struct TileVerifier {
    let db: Database
    let size: Int64
    private var cached: (index: Int64, hashes: [TreeHash]?)?

    init(db: Database, size: Int64) {
        self.db = db
        self.size = size
    }

    /// The hash of an entry as its tile has it; nil if the tile isn't full, missing or unreadable.
    mutating func leaf(_ sequence: Int64) throws -> TreeHash? {
        let (index, offset) = sequence.quotientAndRemainder(dividingBy: MerkleTree.tileWidth)
        if let cached, cached.index == index { return cached.hashes?[Int(offset)] }
        let hashes = try row(level: 0, index: index)?.hashes
        cached = (index, hashes)
        return hashes?[Int(offset)]
    }

    mutating func verify(_ tile: MerkleTree.Tile, _ findings: inout FindingList) throws {
        guard let stored = try row(level: tile.level, index: tile.index) else {
            findings.add(.tile, tile.index, "It is missing from level \(tile.level), or has not the length of a tile.")
            return
        }
        // On level 0 each hash was compared with its entry already.
        if stored.root != tile.root || tile.level > 0 && stored.hashes != tile.hashes {
            findings.add(.tile, tile.index, "It was changed on level \(tile.level): it is not what the entries make.")
        }
    }

    /// Looks for tiles that the log can't have.
    func verifyEnd(_ findings: inout FindingList) throws {
        let now = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT level, idx FROM tile WHERE level NOT BETWEEN 0 AND 6 OR idx < 0"
        )
        while let row = try rows.next() {
            findings.add(.tile, row[1], "There is no level \(row[0] as Int64) with such a tile.")
        }
        for level in 0...6 {
            let width = MerkleTree.tileHeight * (level + 1)
            let extra = try Int64.fetchAll(
                db,
                sql: "SELECT idx FROM tile WHERE level = ? AND idx >= ?",
                arguments: [level, now >> width]
            )
            for index in extra { findings.add(.tile, index, "The log has not as many tiles on level \(level).") }
        }
    }

    private func row(level: Int, index: Int64) throws -> (root: TreeHash?, hashes: [TreeHash])? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT root, hashes FROM tile WHERE level = ? AND idx = ?"),
            arguments: [level, index]
        )
        guard let row else { return nil }
        let root = try row.withUnsafeData(atIndex: 0) { $0.flatMap { TreeHash($0) } }
        let hashes = try row.withUnsafeData(atIndex: 1) { $0?.withUnsafeBytes { [TreeHash](joinedBytes: $0) } }
        guard let hashes, hashes.count == MerkleTree.tileWidth else { return nil }
        return (root, hashes)
    }
}
