import AuditLog
import Foundation

/// What the data owner said on this machine about a project or an analysis.
public struct FlameConsent: Sendable, Equatable {
    /// ``FlameRow/Kind/project`` or ``FlameRow/Kind/analysis``, and its id.
    public var subject: FlameRow.Key
    /// Whether the data may be computed on.
    public var isGranted: Bool
    /// Who said so: `operator`, or `policy` where the agent withdrew it by itself.
    public var by: AuditEntry.Authority
    /// When.
    public var at: Date

    /// A consent, or its withdrawal.
    public init(_ subject: FlameRow.Key, isGranted: Bool, by: AuditEntry.Authority, at: Date) {
        self.subject = subject
        self.isGranted = isGranted
        self.by = by
        self.at = at
    }
}
