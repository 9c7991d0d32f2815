import Cryptography
import Foundation

/// A row of entries that was moved from the database into files.
public struct ArchivedSegment: Sendable, Hashable {
    /// The entries.
    public let range: Range<Int64>
    /// The name of the directory with their evidence bundle, within the archive directory.
    public let directory: String
    /// SHA-256 of the bundle's `entries.jsonl`.
    public let sha256: [UInt8]

    /// How the entry that tells of the archiving names it.
    var entryReference: String {
        "archive \(range.lowerBound)-\(range.upperBound) sha256:\(Hex.encode(sha256)) \(directory)"
    }
}
