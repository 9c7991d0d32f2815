// SPDX-License-Identifier: Apache-2.0

/// A compute cluster and the datasets linked to it.
struct HubCluster: Sendable {
    let id: String
    let name: String
    let owner: String
    /// Identifiers, in the order they were linked.
    var datasets: [String]
}
