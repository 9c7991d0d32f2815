// SPDX-License-Identifier: Apache-2.0

/// A service of the Hub; its name is the first segment of the path, as behind the Hub's own proxy
/// (flame-hub.md, 1).
package enum FlameService: String, Sendable, CaseIterable {
    /// Realms, users, roles, permissions, clients, and the sign-in.
    case auth
    /// Nodes, projects and analyses.
    case core
    /// Buckets and their files.
    case storage
}
