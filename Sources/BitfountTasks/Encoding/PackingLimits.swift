// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// How much a packed value may cost before it is refused (bitfount-protocol.md, 13.10).
public struct PackingLimits: Sendable, Hashable {
    /// The longest packed value, in bytes, as it arrives.
    public var maximumPackedBytes: Int
    /// The longest value after decompression, in bytes, whatever its header claims.
    public var maximumUnpackedBytes: Int
    /// How deep arrays and maps may be nested.
    public var maximumDepth: Int
    /// How many values there may be in all. A decoded value takes about 50 times the memory of its shortest form, so
    /// this and not the byte count bounds the memory.
    public var maximumElements: Int

    /// Sets every limit.
    public init(maximumPackedBytes: Int, maximumUnpackedBytes: Int, maximumDepth: Int, maximumElements: Int) {
        self.maximumPackedBytes = maximumPackedBytes
        self.maximumUnpackedBytes = maximumUnpackedBytes
        self.maximumDepth = maximumDepth
        self.maximumElements = maximumElements
    }

    /// For task requests, which carry a protocol with its model and schema: 16 MiB, 32 deep, 250,000 values.
    public static let taskRequest = PackingLimits(
        maximumPackedBytes: 16 << 20,
        maximumUnpackedBytes: 16 << 20,
        maximumDepth: 32,
        maximumElements: 250_000
    )

    /// For the short messages inside a task, the longest of which is a SAML response: 1 MiB, 16 deep, 10,000 values.
    public static let taskMessage = PackingLimits(
        maximumPackedBytes: 1 << 20,
        maximumUnpackedBytes: 1 << 20,
        maximumDepth: 16,
        maximumElements: 10_000
    )

    var messagePack: MessagePackLimits {
        MessagePackLimits(
            maximumDepth: maximumDepth,
            maximumBytes: maximumUnpackedBytes,
            maximumElements: maximumElements,
            allowsExtensions: false
        )
    }
}
