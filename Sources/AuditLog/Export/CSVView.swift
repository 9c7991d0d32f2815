// SPDX-License-Identifier: Apache-2.0

import PrintableText

/// Comma-separated values (RFC 4180), for spreadsheets.
enum CSVView {
    private static let columns: [(name: String, value: @Sendable (ExportedEntry) -> String?)] = [
        ("seq", { "\($0.recorded.sequence)" }), ("leaf", { $0.leaf.base64 }), ("id", { $0.recorded.id }),
        ("at", { $0.time }), ("type", { $0.entry.type.rawValue }), ("pod", { $0.entry.pod }),
        ("dataset", { $0.entry.dataset }), ("task", { $0.entry.task }), ("project", { $0.entry.project }),
        ("request_sha256", { $0.entry.requestSHA256 }), ("modeller", { $0.modeller }),
        ("method", { $0.entry.method?.rawValue }), ("proof", { $0.entry.proof?.rawValue }),
        ("key_id", { $0.entry.keyID }),
        ("protocol", { $0.entry.protocolName }), ("algorithms", { $0.entry.algorithms?.joined(separator: " ") }),
        ("protocol_sha256", { $0.entry.protocolSHA256 }),
        ("am_status", { $0.entry.accessManager?.status.map(String.init) }),
        ("am_code", { $0.entry.accessManager?.code }),
        ("am_ms", { $0.entry.accessManager?.milliseconds.map(String.init) }),
        ("policy_rule", { $0.entry.policy?.rule }), ("policy_result", { $0.entry.policy?.result }),
        ("approvals", { $0.entry.approvals?.joined(separator: " ") }), ("decision", { $0.entry.decision?.rawValue }),
        ("by", { $0.entry.by?.rawValue }), ("reason", { $0.entry.reason }), ("agent", { $0.entry.agent }),
        ("ref", { $0.entry.reference }),
    ]

    /// The line of column names.
    static var header: [UInt8] { line(columns.map(\.name)) }

    static func line(_ exported: ExportedEntry) -> [UInt8] {
        line(columns.map { $0.value(exported) ?? "" })
    }

    private static func line(_ cells: [String]) -> [UInt8] {
        // The format ends lines with both; what follows a line here is the newline.
        Array((cells.map(cell).joined(separator: ",") + "\r").utf8)
    }

    private static func cell(_ text: String) -> String {
        let text = guarded(text.printable())
        guard text.unicodeScalars.contains(where: { $0 == "\"" || $0 == "," }) else { return text }
        return "\"\(text.escapingScalars { $0 == "\"" ? "\"\"" : nil })\""
    }

    /// What begins a formula, also in the full width that Asian keyboards have.
    private static let formulaStarts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
    /// What spreadsheets can take for the end of a cell, by their language or by what a person chooses. Line ends and tabs
    /// are escaped by then.
    private static let separators: Set<Unicode.Scalar> = [",", ";", "|", " ", "\u{A0}", "\u{3000}"]

    /// The text with an apostrophe wherever a formula could begin, and strangers chose some of the texts. Quotes don't help
    /// against a spreadsheet that separates cells by something else than commas: to it they stand within a cell.
    private static func guarded(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        // What stands between the last separator and the present scalar, if it is nothing but quotes.
        var opening: String.UnicodeScalarView? = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let quotes = opening, scalar == "\"" {
                opening = quotes + [scalar]
                continue
            }
            if let quotes = opening {
                if formulaStarts.contains(scalar) { result.append("'") }
                result.append(contentsOf: quotes)
            }
            result.append(scalar)
            opening = separators.contains(scalar) ? String.UnicodeScalarView() : nil
        }
        if let opening { result.append(contentsOf: opening) }
        return String(result)
    }
}
