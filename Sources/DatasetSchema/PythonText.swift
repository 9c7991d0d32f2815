// SPDX-License-Identifier: Apache-2.0

/// Texts as Python's `json` writes them, for hashes that Python readers compare.
enum PythonText {
    /// A JSON string in ASCII: everything else is escaped, beyond the basic plane as a surrogate pair.
    static func json(_ text: String) -> String {
        var json = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: json += "\\\""
            case 0x5C: json += "\\\\"
            case 0x08: json += "\\b"
            case 0x0C: json += "\\f"
            case 0x0A: json += "\\n"
            case 0x0D: json += "\\r"
            case 0x09: json += "\\t"
            case 0x20...0x7E: json.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                json +=
                    "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count) + String(unit, radix: 16)
            }
        }
        return json + "\""
    }
}
