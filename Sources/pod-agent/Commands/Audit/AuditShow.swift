import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation

/// `pod-agent audit show`
struct AuditShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything that one entry says.",
        discussion: "JSON output is the entry's line, byte for byte as it is stored and proved."
    )

    @OptionGroup var source: AuditSource

    @Argument(help: "The entry's number, as `audit list` shows it.")
    var sequence: Int64

    @Option(name: .long, help: "How to print the entry.")
    var output = OutputFormat.table

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let range = sequence..<max(sequence, sequence &+ 1)
            var found: RecordedEntry?
            for try await recorded in reader.entries(matching: AuditQuery(sequences: range)) { found = recorded }
            guard let found else {
                let archive = try await reader.archives().first { $0.range.contains(sequence) }
                throw AgentFailure(
                    .input,
                    archive.map { "entry \(sequence) is in the archive \($0.directory)" }
                        ?? "the log has no entry \(sequence)"
                )
            }
            switch output {
            case .json: print(String(decoding: found.body, as: UTF8.self))
            case .table: print(try table(found).render())
            }
            try reader.close()
        }
    }

    /// The fields by name, those of nested objects with both names.
    private func table(_ recorded: RecordedEntry) throws -> Table {
        var table = Table(["FIELD", "VALUE"])
        let fields = try JSONSerialization.jsonObject(with: Data(recorded.body)) as? [String: Any] ?? [:]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            switch value {
            case let nested as [String: Any]:
                for (part, value) in nested.sorted(by: { $0.key < $1.key }) {
                    table.append(["\(name).\(part)", "\(value)"])
                }
            case let list as [Any]: table.append([name, list.map { "\($0)" }.joined(separator: ", ")])
            default: table.append([name, "\(value)"])
            }
        }
        return table
    }
}
