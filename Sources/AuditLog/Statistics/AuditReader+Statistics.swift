// SPDX-License-Identifier: Apache-2.0

public import Foundation
import GRDB
public import StateStore

extension AuditReader {
    /// Counts the entries that match.
    ///
    /// - Parameters:
    ///   - query: Which entries.
    ///   - progress: Told how many entries were counted.
    public func statistics(
        matching query: AuditQuery = AuditQuery(),
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(StoreError) -> AuditStatistics {
        var statistics = AuditStatistics()
        for try await recorded in entries(matching: query) {
            statistics.add(recorded)
            if statistics.entries.isMultiple(of: 4_096) { progress?(statistics.entries) }
        }
        let (checkpoints, keys, bytes) = try await read("the audit log was being counted") { db in
            (
                try Int64.fetchOne(db, sql: "SELECT count(*) FROM checkpoint") ?? 0,
                try Int64.fetchOne(db, sql: "SELECT count(*) FROM signer") ?? 0,
                try Int64.fetchOne(db, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                    ?? 0
            )
        }
        statistics.checkpoints = checkpoints
        statistics.keys = keys
        statistics.bytes = bytes
        return statistics
    }
}

/// What a log is made of.
public struct AuditStatistics: Sendable, Hashable {
    /// How many entries were counted.
    public internal(set) var entries: Int64 = 0
    /// When the first of them was recorded.
    public internal(set) var first: Date?
    /// When the last of them was recorded.
    public internal(set) var last: Date?
    /// How many there are of each type.
    public internal(set) var types: [AuditEntryType: Int64] = [:]
    /// How many decisions there are of each kind.
    public internal(set) var decisions: [AuditEntry.Decision: Int64] = [:]
    /// How many decisions there are for each reason.
    public internal(set) var reasons: [String: Int64] = [:]
    /// How many decisions there are about each modeller.
    public internal(set) var modellers: [String: Int64] = [:]
    /// How many decisions there are about each dataset.
    public internal(set) var datasets: [String: Int64] = [:]
    /// How many checkpoints the log has.
    public internal(set) var checkpoints: Int64 = 0
    /// How many keys it was signed with.
    public internal(set) var keys: Int64 = 0
    /// The size of the database, in bytes.
    public internal(set) var bytes: Int64 = 0

    /// How many different reasons, modellers and datasets are told apart; what comes after is counted as `…`, so that
    /// memory stays bounded.
    static let maximumNames = 10_000

    mutating func add(_ recorded: RecordedEntry) {
        entries += 1
        first = first ?? recorded.at
        last = recorded.at
        let entry = recorded.entry
        types[entry.type, default: 0] += 1
        guard let decision = entry.decision else { return }
        decisions[decision, default: 0] += 1
        Self.count(entry.reason, in: &reasons)
        Self.count(recorded.knownModeller, in: &modellers)
        Self.count(entry.dataset, in: &datasets)
    }

    private static func count(_ name: String?, in names: inout [String: Int64]) {
        guard let name else { return }
        names[names[name] != nil || names.count < maximumNames ? name : "…", default: 0] += 1
    }
}
