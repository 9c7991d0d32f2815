import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation

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

    @OptionGroup var common: CommonOptions

    @Option(help: "Only from this time on.", transform: AuditList.time)
    var since: Date?

    @Option(help: "Only before this time.", transform: AuditList.time)
    var until: Date?

    @Option(help: "Only of this modeller.")
    var modeller: String?

    @Option(help: "Only about this dataset, owner/name.")
    var dataset: String?

    @Option(help: "Only decisions of this kind: accept or reject.", transform: AuditList.decision)
    var decision: AuditEntry.Decision?

    @Option(help: "Only about this task.")
    var task: String?

    @Option(help: "Only entries of this type, such as access.decision; may be repeated.", transform: AuditList.type)
    var type: [AuditEntryType] = []

    @Option(help: "At most so many, the newest.")
    var limit: Int?

    @Option(name: .long, help: "How to print the entries.")
    var output = OutputFormat.table

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            let reader = try Agent.auditReader(configuration)
            var query = AuditQuery(
                from: since,
                until: until,
                modeller: modeller,
                dataset: dataset,
                decision: decision,
                task: task,
                types: Set(type)
            )
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
                        recorded.at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
                        entry.type.rawValue, entry.task ?? "",
                        entry.modeller ?? "", entry.dataset ?? "", entry.method?.rawValue ?? "",
                        entry.decision?.rawValue ?? "", entry.by?.rawValue ?? "", entry.reason ?? "",
                    ])
                }
                print(table.render())
            }
            try reader.close()
        }
    }

    @Sendable
    private static func time(_ text: String) throws -> Date {
        let styles = [
            Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle(),
            Date.ISO8601FormatStyle().year().month().day(),
        ]
        for style in styles {
            if let date = try? style.parse(text) { return date }
        }
        throw ValidationError("'\(text)' is not a time such as 2026-03-01 or 2026-03-01T12:00:00Z")
    }

    @Sendable
    private static func decision(_ text: String) throws -> AuditEntry.Decision {
        guard let decision = AuditEntry.Decision(rawValue: text) else {
            throw ValidationError("'\(text)' is neither accept nor reject")
        }
        return decision
    }

    @Sendable
    private static func type(_ text: String) throws -> AuditEntryType {
        guard let type = AuditEntryType(rawValue: text) else { throw ValidationError("'\(text)' is no type of entry") }
        return type
    }
}
