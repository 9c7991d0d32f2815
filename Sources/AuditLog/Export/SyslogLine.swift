// SPDX-License-Identifier: Apache-2.0

import PrintableText
import Timekeeping

/// A syslog message of RFC 5424 with the facility *log audit* (13).
struct SyslogLine {
    private static let facility = 13
    /// The number that RFC 5612 keeps for uses like ours, of those who have none of their own.
    private static let enterprise = 32_473

    /// 0 emergency to 7 debug.
    let severity: Int
    let milliseconds: Int64
    let host: String
    /// The kind of message, at most 32 printable characters.
    let messageID: String
    /// Names and values; names are ours and plain.
    let structuredData: (name: String, parameters: [(String, String)])?
    let message: String

    /// The line, without an end.
    var text: String {
        let data = structuredData.map { data in
            let parameters = data.parameters.map { " \($0)=\"\(Self.parameterValue($1))\"" }.joined()
            return "[\(data.name)@\(Self.enterprise)\(parameters)]"
        }
        return [
            "<\(Self.facility * 8 + severity)>1", ISO8601.text(milliseconds: milliseconds), Self.name(host, 255),
            "pod-agent", "-", Self.name(messageID, 32), data ?? "-", message,
        ].joined(separator: " ")
    }

    /// Header fields are printable ASCII without spaces; none at all is a dash.
    private static func name(_ text: String, _ limit: Int) -> String {
        let kept = text.unicodeScalars.filter { (33...126).contains($0.value) }.prefix(limit)
        return kept.isEmpty ? "-" : String(String.UnicodeScalarView(kept))
    }

    private static func parameterValue(_ text: String) -> String {
        text.escapingScalars { scalar in
            switch scalar {
            case "\\", "\"", "]": "\\\(scalar)"
            default: !scalar.isPrintable ? " " : nil
            }
        }
    }
}

extension String {
    /// The text with single scalars replaced. Swift's own `replacing` looks at whole characters and would miss a quote
    /// that has an accent on it.
    func escapingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = UnicodeScalarView()
        for scalar in unicodeScalars {
            if let replacement = replacement(scalar) {
                result.append(contentsOf: replacement.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
