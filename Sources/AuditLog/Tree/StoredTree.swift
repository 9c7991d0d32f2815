// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore

/// The tree as the database has it: full tiles in `tile`, the leaves after the last one in `entry`.
struct StoredTree: TreeHashSource {
    let db: Database

    func hashes(level: Int, _ range: Range<Int64>) throws -> ArraySlice<TreeHash> {
        let tile = range.lowerBound / MerkleTree.tileWidth
        let start = tile * MerkleTree.tileWidth
        if let hashes = try tileHashes(level: level, index: tile) {
            return hashes[Int(range.lowerBound - start)..<Int(range.upperBound - start)]
        }
        return level == 0 ? try leaves(range) : try roots(level: level - 1, range)
    }

    private func tileHashes(level: Int, index: Int64) throws -> [TreeHash]? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND idx = ?"),
            arguments: [level, index]
        )
        guard let row else { return nil }
        let hashes = try row.withUnsafeData(atIndex: 0) { $0?.withUnsafeBytes { [TreeHash](joinedBytes: $0) } }
        guard let hashes, hashes.count == MerkleTree.tileWidth else {
            throw StoreError(.damaged, "Tile \(index) of level \(level) of the audit log's tree is damaged.")
        }
        return hashes
    }

    private func leaves(_ range: Range<Int64>) throws -> ArraySlice<TreeHash> {
        try column("SELECT leaf FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq", [], range)
    }

    private func roots(level: Int, _ range: Range<Int64>) throws -> ArraySlice<TreeHash> {
        try column("SELECT root FROM tile WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx", [level], range)
    }

    private func column(
        _ sql: String,
        _ arguments: StatementArguments,
        _ range: Range<Int64>
    ) throws -> ArraySlice<TreeHash> {
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: sql),
            arguments: arguments + [range.lowerBound, range.upperBound]
        )
        var hashes: [TreeHash] = []
        while let row = try rows.next() {
            guard let hash = try row.withUnsafeData(atIndex: 0, { $0.flatMap { TreeHash($0) } }) else { break }
            hashes.append(hash)
        }
        guard hashes.count == Int(range.upperBound - range.lowerBound) else {
            throw StoreError(.damaged, "The audit log's tree has not all hashes from \(range.lowerBound) on.")
        }
        return hashes[...]
    }
}

/// The statements on `tile`.
enum TileTable {
    static func insert(_ tile: MerkleTree.Tile, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO tile (level, idx, root, hashes) VALUES (?, ?, ?, ?)")
            .execute(arguments: [tile.level, tile.index, tile.root.bytes.data, tile.hashes.joinedBytes.data])
    }
}

extension [UInt8] {
    /// The same bytes in the type that GRDB binds.
    var data: Data { Data(self) }
}
