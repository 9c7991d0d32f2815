// SPDX-License-Identifier: Apache-2.0

/// What a Hub of a generation can do, as running ones showed (flame-hub-differences.md, flame-hub-0.12-differences.md and
/// flame-hub-0.8-differences.md). One whose release is not known counts as the newest; what it drops is noticed in what comes back.
struct HubFeatures: Sendable, Equatable {
    /// The generations that differ.
    enum Generation: Sendable, Equatable {
        /// Hub up to 0.8, Authup up to beta.39: robots, snake case, no vocabulary.
        case first
        /// Hub 0.9 to 0.12, Authup beta.40 to beta.61: clients, bare records, no vocabulary.
        case second
        /// Hub from 0.13 on, Authup from beta.62 on: envelopes with a vocabulary.
        case third
    }

    let generation: Generation
    /// Whether the release is known.
    var isKnown = true

    /// Whether lists of a collection drop a filter without a word.
    func dropsFilter(by key: String, of collection: String) -> Bool {
        switch generation {
        case .first: Self.filtersFromSecondOn[collection]?.contains(key) == true || dropsIn(second: key, collection)
        case .second: dropsIn(second: key, collection)
        case .third: false
        }
    }

    private func dropsIn(second key: String, _ collection: String) -> Bool {
        Self.filtersFromThirdOn[collection]?.contains(key) == true
    }

    /// Whether lists of a collection drop an order without a word (0.8: Q1).
    func dropsSort(by key: String, of collection: String) -> Bool {
        generation == .first && Self.sortsFromSecondOn[collection]?.contains(key) == true
    }

    /// Whether a collection is there at all; `nil` if it is not known.
    func has(_ collection: String) -> Bool? {
        guard isKnown else { return nil }
        return switch collection {
        case "robots", "robot-roles", "robot-permissions": generation == .first
        case "analysis-node-events": generation != .first
        default: nil
        }
    }

    /// Whether a bucket has at most one file of a path, and links it to the analysis by itself (0.8: B3 and W16).
    var hasUniquePaths: Bool { generation != .first }

    // 0.8: Q2.
    private static let filtersFromSecondOn: [String: Set<String>] = [
        "nodes": ["clientId", "type"], "projects": ["displayName"], "analyses": ["displayName"],
        "robot-permissions": ["id", "robotRealmId", "permissionRealmId"], "clients": ["id"],
    ]
    // 0.12: Q1 and Q5.
    private static let filtersFromThirdOn: [String: Set<String>] = [
        "project-nodes": ["approvalStatus"], "users": ["displayName", "active"],
        "roles": ["builtIn", "displayName", "clientId"], "clients": ["displayName", "active", "builtIn"],
        "permissions": ["clientId"], "user-roles": ["id", "userRealmId", "roleRealmId"],
        "role-permissions": ["id", "roleRealmId", "permissionRealmId", "policyId"],
        "user-permissions": ["id", "userRealmId", "permissionRealmId", "policyId"],
    ]
    private static let sortsFromSecondOn: [String: Set<String>] = [
        "projects": ["name", "displayName"], "analyses": ["name", "displayName"], "robots": ["name"],
    ]
}
