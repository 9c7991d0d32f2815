// SPDX-License-Identifier: Apache-2.0

/// When a request is tried again, and after what wait.
///
/// Every method is retried alike. A caller whose request mustn't arrive twice takes ``none``, or leaves
/// ``retriesConnectionErrors`` off.
public struct RetryPolicy: Sendable, Hashable {
    /// The most attempts, the first included. Default: 4.
    public var maximumAttempts = 4
    /// Before the n-th retry the wait is random, between zero and this times 2^(n-1). Default: 1 s.
    public var baseDelay: Duration = .seconds(1)
    /// The most that the range of the random wait grows to. Default: 60 s.
    public var maximumDelay: Duration = .seconds(60)
    /// The most that a `Retry-After` of the server is waited for: 5 minutes.
    public let maximumRetryAfter: Duration = .seconds(300)
    /// The statuses that are tried again. Default: 429, 502, 503 and 504.
    public var statuses: Set<Int> = [429, 502, 503, 504]
    /// Whether errors that are transient (``HTTPError/isTransient``) are tried again. Default: yes.
    public var retriesConnectionErrors = true

    /// The defaults.
    public init() {}

    /// The defaults.
    public static let standard = RetryPolicy()

    /// One attempt.
    public static let none: RetryPolicy = {
        var policy = RetryPolicy()
        policy.maximumAttempts = 1
        return policy
    }()
}
