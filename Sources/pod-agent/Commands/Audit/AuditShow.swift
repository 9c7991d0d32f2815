// SPDX-License-Identifier: Apache-2.0

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
    @OptionGroup var result: ResultOptions

    @Argument(help: "The entry's number, as `audit list` shows it.")
    var sequence: Int64

    private typealias Member = (name: String, value: String)

    private static let members: [Field<Member>] = [
        Field("field") { $0.name },
        Field("value") { $0.value },
    ]

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
            try result.show(line: String(decoding: found.body, as: UTF8.self)) {
                TableWriter.show(try Self.members(of: found), Self.members)
            }
            try reader.close()
        }
    }

    /// The fields by name, those of nested objects with both names.
    private static func members(of recorded: RecordedEntry) throws -> [Member] {
        let fields = try JSONSerialization.jsonObject(with: Data(recorded.body)) as? [String: Any] ?? [:]
        return fields.sorted { $0.key < $1.key }.flatMap { name, value -> [Member] in
            switch value {
            case let nested as [String: Any]:
                nested.sorted { $0.key < $1.key }.map { ("\(name).\($0.key)", "\($0.value)") }
            case let list as [Any]: [(name, list.map { "\($0)" }.joined(separator: ", "))]
            default: [(name, "\(value)")]
            }
        }
    }
}
