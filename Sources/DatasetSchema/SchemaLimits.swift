// SPDX-License-Identifier: Apache-2.0

/// What bounds the reading of schemas and of the data that they are made from.
public struct SchemaLimits: Sendable, Hashable {
    /// The longest cell, in bytes.
    public var cellBytes: Int
    /// The most columns.
    public var columns: Int
    /// The most distinct values of one categorical column; all are part of the schema.
    public var categories: Int
    /// The largest packed schema; the Hub takes no more (bitfount-protocol.md, 3.4).
    public var packedBytes: Int

    /// - Parameters:
    ///   - cellBytes: 1 MiB unless given.
    ///   - columns: 16,384 unless given.
    ///   - categories: 65,536 unless given.
    ///   - packedBytes: 10 MiB unless given.
    public init(
        cellBytes: Int = 1 << 20,
        columns: Int = 1 << 14,
        categories: Int = 1 << 16,
        packedBytes: Int = 10 << 20
    ) {
        self.cellBytes = cellBytes
        self.columns = columns
        self.categories = categories
        self.packedBytes = packedBytes
    }
}
