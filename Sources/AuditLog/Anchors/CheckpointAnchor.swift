/// Somewhere outside the database where checkpoints are shown. Whoever holds one can tell if the log before it was ever
/// changed, cut off or put back.
public protocol CheckpointAnchor: Sendable {
    /// What to call it in status and metrics, such as `journald` or `syslog tls://log.example.com:6514`; no secrets.
    var name: String { get }

    /// Shows a checkpoint; returns when it was handed over.
    func publish(_ checkpoint: SignedCheckpoint) async throws
}
