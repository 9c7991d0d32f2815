// SPDX-License-Identifier: Apache-2.0

/// What the Hub takes, and what its answers may cost.
public struct HubLimits: Sendable {
    /// The largest packed schema, in bytes. Default 10 MiB (bitfount-protocol.md, 3.4).
    public var maximumSchemaBytes: Int = 10 * 1024 * 1024
    /// The largest model source, in bytes. Default 3 MiB (bitfount-protocol.md, 3.7).
    public var maximumModelBytes: Int = 3 * 1024 * 1024
    /// The largest weights, in bytes as they are uploaded. Default 500 MiB (bitfount-protocol.md, 3.7).
    public var maximumWeightsBytes: Int64 = 500 * 1024 * 1024
    /// The largest weights after decompression, in bytes. Default 4 GiB.
    public var maximumUnpackedWeightsBytes: Int = 4 * 1024 * 1024 * 1024
    /// The largest answer that lists pods or models, in bytes: 64 MiB, which is 30,000 pods.
    public let maximumListBytes: Int64 = 64 * 1024 * 1024

    /// The defaults.
    public init() {}
}
