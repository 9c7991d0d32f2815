// SPDX-License-Identifier: Apache-2.0

/// One table of `docs/coverage.md`: what a peer's own client offers, and what does it here.
struct CoverageTable: Sendable {
    /// One method of the peer's client.
    struct Row: Sendable {
        /// Its name there.
        let method: String
        /// What it sends.
        let request: String
        /// What does it here, as `Type.method(label:)`. Checked against the sources.
        let swift: [String]
        /// The command that does it, without `pod-agent`; nil where there is none. Checked against the executable.
        let command: String?
        /// Why there is no command, or what is different.
        let note: String

        init(_ method: String, _ request: String, _ swift: String..., command: String?, note: String = "") {
            self.init(method: method, request: request, swift: swift, command: command, note: note)
        }

        init(method: String, request: String, swift: [String], command: String?, note: String) {
            self.method = method
            self.request = request
            self.swift = swift
            self.command = command
            self.note = note
        }
    }

    /// The heading.
    let title: String
    /// What the table is about, in a sentence or two.
    let introduction: String
    /// The folder below `Sources` where the Swift names are declared.
    let sources: String
    /// Types every public method of which has to be in the table.
    let types: Set<String>
    /// Commands every subcommand of which has to be in the table, such as `hub`.
    let commands: [String]
    let rows: [Row]

    /// The table in Markdown.
    var markdown: String {
        var lines = ["## \(title)", "", introduction, ""]
        lines.append("| Method | Request | Swift | Command | Note |")
        lines.append("|---|---|---|---|---|")
        for row in rows {
            let swift = row.swift.map { "`\($0)`" }.joined(separator: ", ")
            let command = row.command.map { "`pod-agent \($0)`" } ?? "–"
            lines.append("| `\(row.method)` | \(row.request) | \(swift) | \(command) | \(row.note) |")
        }
        return lines.joined(separator: "\n")
    }
}
