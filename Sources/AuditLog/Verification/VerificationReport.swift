// SPDX-License-Identifier: Apache-2.0

public import Foundation
import GRDB
public import StateStore

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

extension VerificationFinding.Part {
    /// The log's name.
    public static let log = Self(rawValue: "log")
    /// An entry; `position` is its sequence number.
    public static let entry = Self(rawValue: "entry")
    /// A tile of the tree; `position` is its index within its level.
    public static let tile = Self(rawValue: "tile")
    /// A checkpoint; `position` is its size.
    public static let checkpoint = Self(rawValue: "checkpoint")
    /// A key; `position` is the sequence number of the entry that names it.
    public static let key = Self(rawValue: "key")
    /// The query index; `position` is the segment. It is no evidence and can be built again.
    public static let index = Self(rawValue: "index")
    /// The readable form of a name that the log holds only as a salted hash; `position` is the entry's sequence
    /// number.
    public static let salt = Self(rawValue: "salt")
    /// A segment that was archived; `position` is its first sequence number.
    public static let archive = Self(rawValue: "archive")
}

/// What to verify a log against, beside itself.
public struct VerificationRequest: Sendable {
    /// Checkpoints from elsewhere, such as a saved file or an anchor: each must be a beginning of the log.
    public var checkpoints: [SignedCheckpoint]
    /// A key that the auditor knows: it must be one of the keys that the log was signed with.
    public var key: NoteVerifierKey?
    /// Where the archives are; if given, their entries are verified too.
    public var archiveDirectory: URL?
    /// How many findings are kept. The rest is only counted.
    public let maximumFindings = 100
    /// Told how many of how many entries have been read.
    public var progress: (@Sendable (_ done: Int64, _ total: Int64) -> Void)?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - checkpoints: Checkpoints from elsewhere.
    ///   - key: A key that the auditor knows.
    ///   - archiveDirectory: Where the archives are.
    ///   - progress: Told how many of how many entries have been read.
    public init(
        checkpoints: [SignedCheckpoint] = [],
        key: NoteVerifierKey? = nil,
        archiveDirectory: URL? = nil,
        progress: (@Sendable (_ done: Int64, _ total: Int64) -> Void)? = nil
    ) {
        self.checkpoints = checkpoints
        self.key = key
        self.archiveDirectory = archiveDirectory
        self.progress = progress
    }
}

extension AuditReader {
    /// Verifies the whole log: every entry against the tree, the tree against every checkpoint, every checkpoint
    /// against the key that was in force, and everything that is kept beside the log against the log.
    ///
    /// The agent may go on running. Entries that it records meanwhile are not looked at. Reads everything once, in
    /// bounded memory and without a long transaction.
    ///
    /// - Throws: ``StoreError`` if the log can't be read; what is wrong with its content is in the report.
    public func verify(_ request: VerificationRequest = VerificationRequest()) async throws(StoreError)
        -> VerificationReport
    {
        try await state.readWithoutTransaction("the audit log was being verified") { [plan = state.plan] db in
            try LogVerifier.verify(request, plan, in: db)
        }
    }
}
