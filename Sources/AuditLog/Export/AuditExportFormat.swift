/// The forms in which entries can be handed to other systems, one line for each entry.
///
/// `jsonl` is the entries themselves, byte for byte. The others are views that leave things out; each line of them
/// carries the entry's sequence number and leaf hash, so that it can be traced to a proof.
public enum AuditExportFormat: String, Sendable, CaseIterable {
    /// The stored lines.
    case jsonl
    /// Open Cybersecurity Schema Framework, version 1.3.0, JSON.
    case ocsf
    /// Elastic Common Schema, version 8.11, JSON.
    case ecs
    /// Common Event Format, version 0, inside RFC 5424 syslog lines.
    case cef
    /// Comma-separated values (RFC 4180) under a line of column names.
    case csv
}
