/// How modellers' names are put into entries.
public enum ModellerNames: Sendable, Hashable {
    /// As they are.
    case plain
    /// As salted hashes. The salt and the name are kept beside the log, where ``AuditLog/forget(modeller:)`` can
    /// delete them; then nothing leads from the entry to the person any more, and the proofs hold all the same.
    case erasable
}
