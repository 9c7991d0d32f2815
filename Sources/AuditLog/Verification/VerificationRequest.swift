import Foundation

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
