// SPDX-License-Identifier: Apache-2.0

/// How large messages may be.
public struct MessageServiceLimits: Sendable, Hashable {
    /// The longest message that is received, in bytes. Default: 32 MiB.
    ///
    /// Python takes 700 MiB, but no genuine message comes near: bodies over 128 KiB travel by address. The limit is twice
    /// that of a task request, so that a request that is too long for the intake still arrives, is refused with a reason,
    /// and does not block its mailbox.
    public var maximumReceivedBytes: Int
    /// The longest body that is sent, in bytes; a longer one must be uploaded, and its address sent
    /// (bitfount-protocol.md, 7.9). It is 128 KiB.
    public let maximumSentBodyBytes = 128 << 10

    /// Limits with their defaults.
    public init(maximumReceivedBytes: Int = 32 << 20) {
        self.maximumReceivedBytes = maximumReceivedBytes
    }
}
