// SPDX-License-Identifier: Apache-2.0

/// How a connection to the message service is watched and made anew.
struct ConnectionTimings: Sendable, Hashable {
    /// How long a peer may be silent after something was sent. More than the deadline of a call, so that a slow call fails
    /// alone and does not take the others' connection with it.
    var silenceLimit: Duration = .seconds(30)
    /// The pause after the first failed attempt to connect; it grows by the factor 1.6.
    var initialBackoff: Duration = .seconds(1)
    /// The longest pause between two attempts, before jitter.
    var maximumBackoff: Duration = .seconds(60)
}
