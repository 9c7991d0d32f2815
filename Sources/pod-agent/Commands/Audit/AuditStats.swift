import ArgumentParser
import AuditLog
import Foundation

/// `pod-agent audit stats`
struct AuditStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count what was recorded and decided."
    )

    @OptionGroup var source: AuditSource
    @OptionGroup var filter: AuditFilter

    @Option(name: .long, help: "How to print the counts.")
    var output = OutputFormat.table

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let bar = ProgressBar("counting") { "\($0) entries" }
            let statistics = try await reader.statistics(matching: filter.query) {
                bar.update(completed: $0, total: nil)
            }
            bar.finish()
            let groups = Self.groups(statistics)
            switch output {
            case .json: print(try JSON.text(StatisticsSummary(statistics, groups)))
            case .table: show(statistics, groups)
            }
            try reader.close()
        }
    }

    private static func groups(_ statistics: AuditStatistics) -> [(name: String, counts: [String: Int64])] {
        [
            ("type", Dictionary(uniqueKeysWithValues: statistics.types.map { ($0.key.rawValue, $0.value) })),
            ("decision", Dictionary(uniqueKeysWithValues: statistics.decisions.map { ($0.key.rawValue, $0.value) })),
            ("reason", statistics.reasons), ("modeller", statistics.modellers), ("dataset", statistics.datasets),
        ]
    }

    private func show(_ statistics: AuditStatistics, _ groups: [(name: String, counts: [String: Int64])]) {
        print(
            """
            \(statistics.entries) entries, \(statistics.checkpoints) checkpoints, \(statistics.keys) keys, \
            \(statistics.bytes) bytes
            """
        )
        if let first = statistics.first, let last = statistics.last {
            print("from \(first.formatted(.iso8601)) to \(last.formatted(.iso8601))")
        }
        var table = Table(["BY", "VALUE", "COUNT"])
        for (name, counts) in groups {
            for (value, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                table.append([name, value, String(count)])
            }
        }
        print("\n\(table.render())")
    }
}

/// The counts as JSON.
private struct StatisticsSummary: Encodable {
    let entries: Int64
    let first: Date?
    let last: Date?
    let checkpoints: Int64
    let keys: Int64
    let bytes: Int64
    let counts: [String: [String: Int64]]

    init(_ statistics: AuditStatistics, _ groups: [(name: String, counts: [String: Int64])]) {
        entries = statistics.entries
        first = statistics.first
        last = statistics.last
        checkpoints = statistics.checkpoints
        keys = statistics.keys
        bytes = statistics.bytes
        counts = Dictionary(uniqueKeysWithValues: groups.map { ($0.name, $0.counts) })
    }
}
