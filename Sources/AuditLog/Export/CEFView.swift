// SPDX-License-Identifier: Apache-2.0

import PrintableText

/// Common Event Format, version 0, as the message of an RFC 5424 syslog line.
enum CEFView {
    static func line(_ exported: ExportedEntry) -> [UInt8] {
        let entry = exported.entry
        let severity = EntrySeverity(entry)
        let header = [
            "CEF:0", "pod-agent", "pod-agent", exported.source.version, entry.type.rawValue, exported.message,
        ]
        .map(headerText).joined(separator: "|")
        let fields = fields(exported).map { "\($0)=\(valueText($1))" }.joined(separator: " ")
        let syslog = SyslogLine(
            severity: severity.syslog,
            milliseconds: exported.milliseconds,
            host: exported.source.host,
            messageID: entry.type.rawValue,
            structuredData: nil,
            message: "\(header)|\(severity.cef)|\(fields)"
        )
        return Array(syslog.text.utf8)
    }

    private static func fields(_ exported: ExportedEntry) -> [(String, String)] {
        let entry = exported.entry
        var fields = [
            ("rt", "\(exported.milliseconds)"), ("externalId", exported.recorded.id), ("dvchost", exported.source.host),
            ("cn1Label", "seq"), ("cn1", "\(exported.recorded.sequence)"), ("cs1Label", "leaf"),
            ("cs1", exported.leaf.base64),
        ]
        func add(_ name: String, _ value: String?) {
            if let value { fields.append((name, value)) }
        }
        func add(_ name: String, labelled label: String, _ value: String?) {
            guard let value else { return }
            fields += [("\(name)Label", label), (name, value)]
        }
        add("suser", exported.modeller)
        add("act", entry.decision?.rawValue)
        add("reason", entry.reason)
        add("cs2", labelled: "dataset", entry.dataset)
        add("cs3", labelled: "task", entry.task)
        add("cs4", labelled: "protocol", entry.protocolName)
        add("cs5", labelled: "by", entry.by?.rawValue)
        add("cs6", labelled: "accessManagerCode", entry.accessManager?.code)
        return fields
    }

    /// In the header, bars and backslashes are escaped and there are no line ends.
    private static func headerText(_ text: String) -> String {
        text.escapingScalars { scalar in
            switch scalar {
            case "\\", "|": "\\\(scalar)"
            default: !scalar.isPrintable ? " " : nil
            }
        }
    }

    /// In a field, equals signs, backslashes and line ends are escaped.
    private static func valueText(_ text: String) -> String {
        text.escapingScalars { scalar in
            switch scalar {
            case "\\", "=": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            default: !scalar.isPrintable ? " " : nil
            }
        }
    }
}
