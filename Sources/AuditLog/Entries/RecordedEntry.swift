// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// An entry as it stands in the log.
///
/// A class, since it is handed from the writer's thread to its caller's, and a value with so many texts is dear to copy.
public final class RecordedEntry: Sendable {
    /// The place in the log: 0-based, without gaps.
    public let sequence: Int64
    /// The entry's ULID; grows with `sequence` within one run of the agent.
    public let id: String
    /// The wall clock when it was recorded, to the millisecond.
    public let at: Date
    /// The run of the agent that recorded it: 32 hex digits, drawn at each start.
    public let boot: String
    /// Nanoseconds on the monotonic clock since that run opened the log.
    public let monotonicNanoseconds: UInt64
    /// What was recorded, with over-long texts already cut.
    public let entry: AuditEntry
    /// The exact stored line: UTF-8 JSON without a newline. This is what hashes and proofs are about.
    public let body: [UInt8]
    /// The modeller's username: what the entry says or, if that is a salted hash, the name behind it while it is known.
    public let knownModeller: String?

    init(
        sequence: Int64,
        id: String,
        at: Date,
        boot: String,
        monotonicNanoseconds: UInt64,
        entry: AuditEntry,
        body: [UInt8],
        knownModeller: String?
    ) {
        self.sequence = sequence
        self.id = id
        self.at = at
        self.boot = boot
        self.monotonicNanoseconds = monotonicNanoseconds
        self.entry = entry
        self.body = body
        self.knownModeller = knownModeller
    }
}

extension RecordedEntry: Hashable {
    /// The line holds everything but the name behind a salted hash.
    public static func == (left: RecordedEntry, right: RecordedEntry) -> Bool {
        left.body == right.body && left.knownModeller == right.knownModeller
    }

    /// Hashes the line.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(body)
    }
}
