/// How long the texts of an entry may be, in bytes as they stand in the stored line (after escaping).
///
/// Longer text is cut before the line is built and ends in `…`; the line itself is never cut. The limits are part of
/// the format rather than settings, because together they keep every line within ``lineBytes``.
enum AuditEntryLimits {
    /// A whole line: the size of a leaf.
    static let lineBytes = 16_384
    /// A name, an id, a hash, a code.
    static let identifierBytes = 256
    /// `ref`, the only field that can hold a longer text.
    static let referenceBytes = 1_024
    /// One item of `algorithms` or `approvals`.
    static let itemBytes = 128
    /// How many items `algorithms` or `approvals` can have; the last one says how many were left out.
    static let items = 24
}
