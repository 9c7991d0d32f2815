// SPDX-License-Identifier: Apache-2.0

/// What a JSON text from outside may cost, and be.
public struct JSONLimits: Sendable {
    /// How deep arrays and objects may nest. Default 64.
    public var maximumDepth: Int
    /// How many bytes the text may have. Default 64 MiB.
    public var maximumBytes: Int
    /// Whether half a surrogate pair becomes U+FFFD, instead of being refused. Default false.
    public var replacesLoneSurrogates: Bool

    /// Sets the limits.
    public init(
        maximumDepth: Int = 64,
        maximumBytes: Int = 64 * 1024 * 1024,
        replacesLoneSurrogates: Bool = false
    ) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
        self.replacesLoneSurrogates = replacesLoneSurrogates
    }
}
