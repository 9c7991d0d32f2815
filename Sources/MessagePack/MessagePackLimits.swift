// SPDX-License-Identifier: Apache-2.0

/// How much foreign MessagePack may cost before it is refused.
public struct MessagePackLimits: Sendable, Hashable {
    /// How deep arrays and maps may be nested; `[[1]]` is 2 deep. At most ``deepestNesting``.
    public let maximumDepth: Int
    /// The longest input, in bytes.
    public let maximumBytes: Int
    /// How many values a document may have in all, counting array elements, map keys and map values.
    public let maximumElements: Int
    /// Whether extension types are accepted. The accept and reject exchange has none (bitfount-protocol.md, 8.6).
    public let allowsExtensions: Bool

    /// What ``maximumDepth`` can't exceed, so that no configuration lets foreign bytes exhaust the stack.
    public static let deepestNesting = 128

    /// Limits that fit task messages: depth 32, 64 MiB, a million values, no extension types.
    public init(
        maximumDepth: Int = 32,
        maximumBytes: Int = 64 * 1024 * 1024,
        maximumElements: Int = 1_000_000,
        allowsExtensions: Bool = false
    ) {
        self.maximumDepth = min(maximumDepth, Self.deepestNesting)
        self.maximumBytes = maximumBytes
        self.maximumElements = maximumElements
        self.allowsExtensions = allowsExtensions
    }
}
