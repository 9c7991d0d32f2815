// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography

/// Writes audit entries about the agent itself.
struct AgentEntries: Sendable {
    /// The pod's identifier, `owner/name`; `nil` where there is no pod.
    let pod: String?

    /// An entry of this agent, and of its pod, to be filled in further.
    @Sendable
    func entry(_ type: AuditEntryType) -> AuditEntry {
        var entry = AuditEntry(type)
        entry.pod = pod
        entry.agent = AgentVersion.agent
        return entry
    }

    /// The pod's key was made.
    func keyCreated(_ key: RSAPublicKey) -> AuditEntry {
        var entry = entry(.keyCreated)
        entry.reference = "sha256:\(Self.sha256(of: key))"
        return entry
    }

    /// A pod's key that others may have used before is used by this agent from now on.
    func keyTakenOver(_ key: RSAPublicKey) -> AuditEntry {
        var entry = keyCreated(key)
        entry.reason = "taken-over"
        return entry
    }

    /// How a key is named in entries and in the state.
    static func sha256(of key: RSAPublicKey) -> String { Hex.encode(SHA256.hash(Array(key.openSSH.utf8))) }

    /// The Hub took a dataset's registration.
    func registered(_ identifier: String, isNew: Bool, schemaSHA256: String) -> AuditEntry {
        var entry = entry(isNew ? .podRegistered : .podUpdated)
        entry.dataset = identifier
        entry.reference = "schema:\(schemaSHA256)"
        return entry
    }
}
