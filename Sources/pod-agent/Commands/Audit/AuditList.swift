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
            Reads the log beside a running daemon. JSON output has one entry a line, byte for byte as it is stored. Times are \
            ISO 8601 in UTC, such as 2026-03-01 or 2026-03-01T12:00:00Z.
            """
    )

    @OptionGroup var source: AuditSource

    @OptionGroup var filter: AuditFilter

    @Option(help: "At most so many, the newest.")
    var limit: Int?

    @Option(name: .long, help: "How to print the entries.")
    var output = OutputFormat.table

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            var query = filter.query
            query.limit = limit
            if limit != nil { query.order = .newestFirst }
            switch output {
            case .json:
                for try await entry in reader.entries(matching: query) {
                    print(String(decoding: entry.body, as: UTF8.self))
                }
            case .table:
                var table = Table([
                    "SEQ", "TIME", "TYPE", "TASK", "MODELLER", "DATASET", "METHOD", "DECISION", "BY", "REASON",
                ])
                for try await recorded in reader.entries(matching: query) {
                    let entry = recorded.entry
                    table.append([
                        String(recorded.sequence),
                        ISO8601.text(recorded.at),
                        entry.type.rawValue, entry.task ?? "",
                        recorded.knownModeller ?? "", entry.dataset ?? "", entry.method?.rawValue ?? "",
                        entry.decision?.rawValue ?? "", entry.by?.rawValue ?? "", entry.reason ?? "",
                    ])
                }
                print(table.render())
            }
            try reader.close()
        }
    }
}
