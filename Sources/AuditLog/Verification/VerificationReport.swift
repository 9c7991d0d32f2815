import StateStore

/// The result of a verification.
public struct VerificationReport: Sendable {
    /// The log's name; nil if it was never signed.
    public internal(set) var origin: String?
    /// How many entries the log has.
    public internal(set) var entries: Int64 = 0
    /// How many of them are in archive files; of these only the hashes were verified.
    public internal(set) var archivedEntries: Int64 = 0
    /// The root of the tree over all of them, as computed from their bytes.
    public internal(set) var root = TreeHash.emptyTree
    /// How many checkpoints of the log itself hold.
    public internal(set) var checkpoints = 0
    /// How many entries the newest checkpoint that holds covers. Nothing shows that later ones weren't changed.
    public internal(set) var signedEntries: Int64 = 0
    /// The keys that the log was signed with, in their order.
    public internal(set) var keys: [NoteVerifierKey] = []
    /// How many checkpoints from elsewhere hold.
    public internal(set) var knownCheckpoints = 0
    /// What was found wrong, in the order in which it was found; at most as many as were asked for.
    public internal(set) var findings: [VerificationFinding] = []
    /// How many things were found wrong.
    public internal(set) var findingCount = 0

    /// Whether nothing was found wrong.
    public var isSound: Bool { findingCount == 0 }

    /// The lowest entry that was found wrong.
    public var firstBadEntry: VerificationFinding? {
        findings.filter { $0.part == .entry }.min { ($0.position ?? 0) < ($1.position ?? 0) }
    }
}
