// SPDX-License-Identifier: Apache-2.0

public import BitfountTasks

/// How large messages may be.
public struct MessageServiceLimits: Sendable, Hashable {
    /// The longest message that is received, in bytes. Default: 64 MiB.
    ///
    /// Python takes 700 MiB, but no genuine message comes near: bodies over 128 KiB travel by address. A message takes about
    /// twice its size of memory, and one is received at a time. What is longer than this does not arrive at all, so that it can
    /// be neither acknowledged nor refused; hence the distance to ``maximumBodyBytes``.
    public var maximumReceivedBytes: Int
    /// The longest message that is received where several are at a time, in bytes: from the mailboxes of tasks, in which the longest
    /// has 1 MiB, and by polls beside the first. Default: 2 MiB.
    public var maximumShortMessageBytes: Int
    /// The longest body that is handed on, in bytes. Of a message with a longer one all but the body is, so that it can be
    /// acknowledged. Default: 16 MiB, which is the longest task request.
    public var maximumBodyBytes: Int
    /// The longest body that is sent, in bytes; a longer one must be uploaded, and its address sent
    /// (bitfount-protocol.md, 7.9). It is 128 KiB.
    public let maximumSentBodyBytes = 128 << 10

    /// Limits with their defaults.
    public init(
        maximumReceivedBytes: Int = 64 << 20,
        maximumShortMessageBytes: Int = 2 << 20,
        maximumBodyBytes: Int = PackingLimits.taskRequest.maximumPackedBytes
    ) {
        self.maximumReceivedBytes = maximumReceivedBytes
        self.maximumShortMessageBytes = maximumShortMessageBytes
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// The longest message that is received from a mailbox.
    func maximumBytes(from mailbox: Mailbox) -> Int {
        switch mailbox {
        case .byCredential, .named: maximumReceivedBytes
        case .task: min(maximumShortMessageBytes, maximumReceivedBytes)
        }
    }
}
