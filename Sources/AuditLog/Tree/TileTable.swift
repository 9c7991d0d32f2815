import Foundation
import GRDB

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
