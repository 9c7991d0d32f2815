// SPDX-License-Identifier: Apache-2.0

/// What transfers to and from object storage may cost.
public struct ObjectStorageLimits: Sendable {
    /// The time to connect. Default 20 s. There is no limit for a whole transfer.
    public var connectTimeout: Duration = .seconds(20)
    /// How long a transfer may stand still. Default 60 s.
    public var idleTimeout: Duration = .seconds(60)
    /// How many parts a multipart upload may have: 10,000, which is what S3 takes.
    public let maximumParts: Int = 10_000
    /// How large the storage's own answers to uploads may be: 1 MiB.
    public let maximumAnswerBytes: Int64 = 1024 * 1024

    /// The defaults.
    public init() {}
}
