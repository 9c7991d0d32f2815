// SPDX-License-Identifier: Apache-2.0

/// A machine that reported its address, and its certificate.
struct HubCompute: Sendable {
    let id: String
    let owner: String
    var domain: String
    var certificateStatus = "none"
}
