// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Everything the Hub remembers.
struct HubState: Sendable {
    /// By `owner/name`.
    var pods: [String: RegisteredPod] = [:]
    /// By username and key id.
    var keys: [String: [String: RegisteredKey]] = [:]
    var models: [HubModel] = []
    /// By id.
    var projects: [String: HubProject] = [:]
    /// By id.
    var clusters: [String: HubCluster] = [:]
    /// By instance id.
    var computes: [String: HubCompute] = [:]
    /// What a pending multipart upload is for, by upload id.
    var uploads: [String: PendingUpload] = [:]
    /// Bodies of `POST /api/ingest`.
    var monitorUpdates: [JSONValue] = []
    /// Public keys of pods for health records, by username.
    var healthRecordKeys: [String: JSONValue] = [:]

    struct PendingUpload: Sendable {
        let objectType: String
        let key: String
        let owner: String
    }
}

/// A user's public key.
struct RegisteredKey: Sendable {
    let id: String
    let pem: String
    let openSSH: String
    var isActive: Bool
}
