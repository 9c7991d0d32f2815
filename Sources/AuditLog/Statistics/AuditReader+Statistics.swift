import StateStore
import GRDB

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
