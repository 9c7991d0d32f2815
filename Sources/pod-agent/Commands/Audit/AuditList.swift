// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation
import Timekeeping

/// `pod-agent audit list`
struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show what was decided, and everything else that was recorded.",
        discussion: """
            Shows the newest \(AuditList.defaultLimit) entries that match, the oldest of them first, and says on standard error if there \
            are more. Reads the log beside a running daemon. JSON output has one entry a line, byte for byte as it is stored. \
            Times are ISO 8601 in UTC, such as 2026-03-01 or 2026-03-01T12:00:00Z.
            """
    )

    private static let defaultLimit = 100

    @OptionGroup var source: AuditSource
    @OptionGroup var filter: AuditFilter
    @OptionGroup var result: ResultOptions

    @Option(help: "At most so many, the newest; \(AuditList.defaultLimit) if it is left out.")
    var limit: Int?

    @Flag(help: "All that match, however many they are.")
    var all = false

    private static let fields: [Field<RecordedEntry>] = [
        Field("seq") { $0.sequence },
        Field("time") { ISO8601.text($0.at) },
        Field("type") { $0.entry.type.rawValue },
        Field("task") { $0.entry.task },
        Field("modeller") { $0.knownModeller },
        Field("dataset") { $0.entry.dataset },
        Field("method") { $0.entry.method?.rawValue },
        Field("decision") { $0.entry.decision?.rawValue },
        Field("by") { $0.entry.by?.rawValue },
        Field("reason") { $0.entry.reason },
    ]

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
        if limit != nil, all { throw ValidationError("--limit and --all exclude each other") }
    }

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let query = all ? filter.query : try await newest(limit ?? Self.defaultLimit, in: reader)
            var writer = result.lines(Self.fields) { String(decoding: $0.body, as: UTF8.self) }
            for try await entry in reader.entries(matching: query) { try writer.write(entry) }
            writer.finish()
            try reader.close()
        }
    }

    /// The query that gives the newest entries that match, the oldest of them first.
    ///
    /// They are found from the end and read from the front afterwards, so that none of them has to be kept.
    private func newest(_ limit: Int, in reader: AuditReader) async throws -> AuditQuery {
        var query = filter.query
        query.order = .newestFirst
        query.limit = limit < .max ? limit + 1 : limit
        var count = 0
        var newest: Int64?
        var oldest: Int64 = 0
        for try await entry in reader.entries(matching: query) {
            count += 1
            newest = newest ?? entry.sequence
            if count <= limit { oldest = entry.sequence }
        }
        if count > limit {
            StandardError.write("only the newest \(limit) entries; --limit shows more of them, --all shows all")
        }
        query.order = .oldestFirst
        query.limit = nil
        query.sequences = oldest..<(newest.map { $0 + 1 } ?? oldest)
        return query
    }
}
