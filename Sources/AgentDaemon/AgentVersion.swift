// SPDX-License-Identifier: Apache-2.0

/// The agent's own version.
public enum AgentVersion {
    /// Semantic version, as in the changelog.
    public static let current = "0.1.0"
    /// The name and version, as services and the audit log are told it.
    public static let agent = "pod-agent/\(current)"
}
