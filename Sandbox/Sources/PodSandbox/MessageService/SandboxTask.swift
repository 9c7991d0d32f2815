// SPDX-License-Identifier: Apache-2.0

/// A task that a modeller set up.
struct SandboxTask: Sendable {
    let id: String
    let modeller: String
    let projectID: String?
    /// The storage key of each pod's request, by identifier.
    let storageKeys: [String: String]
    /// The URL under which each pod is to find its request.
    let downloadURLs: [String: String]
    var isInitiated = false
}
