// SPDX-License-Identifier: Apache-2.0

/// The releases of the Hub that the stand-in can be.
package enum FlameRelease: String, Sendable, CaseIterable {
    /// Hub 0.14.0 with Authup beta.62: camel case, envelopes, clients.
    case v0_14 = "0.14.0"
    /// Hub 0.8.21 with Authup beta.26: snake case, bare records, robots.
    case v0_8 = "0.8.21"

    /// Whether names are in snake case and records come without an envelope (flame-hub.md, 8.1).
    var isOld: Bool { self == .v0_8 }
}
