// SPDX-License-Identifier: Apache-2.0

/// What an operator of a Hub can choose.
struct FlameSwitches: Sendable {
    /// Whether projects need no approval of the nodes.
    var skipsProjectApproval = false
    /// Whether analyses need no approval of the nodes.
    var skipsAnalysisApproval = false
    /// How long access tokens hold, in seconds.
    var accessTokenLifetime = 900
    /// How long refresh tokens hold, in seconds.
    var refreshTokenLifetime = 259_200
    /// The registry that nodes get if none is named.
    var defaultRegistry: String?
}
