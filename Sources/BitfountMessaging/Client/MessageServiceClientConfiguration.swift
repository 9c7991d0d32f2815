// SPDX-License-Identifier: Apache-2.0

/// What all calls of a client have in common.
public struct MessageServiceClientConfiguration: Sendable, Hashable {
    /// How long one attempt of a call may take (bitfount-protocol.md, 7.1). Default: 20 s.
    public var deadline: Duration
    /// When a failed call is tried again.
    public var retry: MessageServiceRetryPolicy
    /// How large messages may be.
    public var limits: MessageServiceLimits

    /// A configuration, each part with its default.
    public init(
        deadline: Duration = .seconds(20),
        retry: MessageServiceRetryPolicy = MessageServiceRetryPolicy(),
        limits: MessageServiceLimits = MessageServiceLimits()
    ) {
        self.deadline = deadline
        self.retry = retry
        self.limits = limits
    }
}
