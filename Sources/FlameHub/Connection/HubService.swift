// SPDX-License-Identifier: Apache-2.0

/// The services of a Hub that the client speaks to (flame-hub.md, 1).
public enum HubService: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Authup: realms, users, roles, permissions, clients, tokens.
    case auth
    /// Nodes, projects, analyses, registries.
    case core
    /// Buckets and their files.
    case storage

    /// The name.
    public var description: String { rawValue }
}
