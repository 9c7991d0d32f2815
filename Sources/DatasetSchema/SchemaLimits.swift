// SPDX-License-Identifier: Apache-2.0

/// What bounds the reading of schemas and of the data that they are made from.
public struct SchemaLimits: Sendable, Hashable {
    /// The longest cell, in bytes of UTF-8.
    public var cellBytes: Int
    /// The longest record, in bytes of UTF-8; one is held in memory.
    public var recordBytes: Int
    /// The most columns.
    public var columns: Int
    /// The most distinct values of one categorical column; all are part of the schema.
    public var categories: Int
    /// The largest packed schema; the Hub takes no more (bitfount-protocol.md, 3.4).
    public var packedBytes: Int

    /// - Parameters:
    ///   - cellBytes: 64 MiB unless given.
    ///   - recordBytes: 256 MiB unless given.
    ///   - columns: 262,144 unless given.
    ///   - categories: 4,194,304 unless given.
    ///   - packedBytes: 10 MiB unless given.
    public init(
        cellBytes: Int = 64 << 20,
        recordBytes: Int = 256 << 20,
        columns: Int = 1 << 18,
        categories: Int = 1 << 22,
        packedBytes: Int = 10 << 20
    ) {
        self.cellBytes = cellBytes
        self.recordBytes = recordBytes
        self.columns = columns
        self.categories = categories
        self.packedBytes = packedBytes
    }

    /// The most bytes of distinct values of one categorical column: labels can be shorter than the cells that they come from, but not
    /// by much. More would never fit into a schema.
    var categoryBytes: Int { packedBytes * 4 }
}
