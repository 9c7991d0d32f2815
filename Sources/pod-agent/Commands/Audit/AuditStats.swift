// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Bitfount
import Foundation

/// `pod-agent audit stats`
struct AuditStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count what was recorded and decided."
    )

    @OptionGroup var source: AuditSource
    @OptionGroup var filter: AuditFilter
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<AuditStatistics>] = [
        Field("entries") { $0.entries },
        Field("first") { $0.first },
        Field("last") { $0.last },
        Field("checkpoints") { $0.checkpoints },
        Field("keys") { $0.keys },
        Field("bytes") { $0.bytes },
        Field("counts") { Dictionary(uniqueKeysWithValues: groups($0)) },
    ]

    private typealias Count = (group: String, value: String, count: Int64)

    private static let counts: [Field<Count>] = [
        Field("by") { $0.group },
        Field("value") { $0.value },
        Field("count") { $0.count },
    ]

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let bar = ProgressBar("counting") { "\($0) entries" }
            defer { bar.finish() }
            let statistics = try await reader.statistics(matching: filter.query) {
                bar.update(completed: $0, total: nil)
            }
            bar.finish()
            try result.show(statistics, Self.fields) { show(statistics) }
            try reader.close()
        }
    }

    /// What is counted, each by its own values.
    private static func groups(_ statistics: AuditStatistics) -> [(String, [String: Int64])] {
        [
            ("type", Dictionary(uniqueKeysWithValues: statistics.types.map { ($0.key.rawValue, $0.value) })),
            ("decision", Dictionary(uniqueKeysWithValues: statistics.decisions.map { ($0.key.rawValue, $0.value) })),
            ("reason", statistics.reasons), ("modeller", statistics.modellers), ("dataset", statistics.datasets),
        ]
    }

    private func show(_ statistics: AuditStatistics) {
        print(
            """
            \(statistics.entries) entries, \(statistics.checkpoints) checkpoints, \(statistics.keys) keys, \
            \(statistics.bytes) bytes
            """
        )
        if let first = statistics.first, let last = statistics.last {
            print("from \(first.formatted(.iso8601)) to \(last.formatted(.iso8601))")
        }
        print("")
        let counts = Self.groups(statistics).flatMap { group, counts in
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { Count(group: group, value: $0.key, count: $0.value) }
        }
        TableWriter.show(counts, Self.counts)
    }
}
