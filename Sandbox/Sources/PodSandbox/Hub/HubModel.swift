// SPDX-License-Identifier: Apache-2.0

/// One version of a model.
struct HubModel: Sendable {
    let owner: String
    let name: String
    let version: Int
    let hash: String
    let isPrivate: Bool
    let description: String?
    let storageKey: String
    var weightsKey: String?
}
