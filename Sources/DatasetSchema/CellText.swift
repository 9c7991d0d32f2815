// SPDX-License-Identifier: Apache-2.0

/// Which cells of a CSV file pandas takes for missing (bitfount-protocol.md, 5.5).
enum MissingCell {
    /// Every spelling that pandas 2 knows.
    static let spellings: Set<String> = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ]
    private static let longestSpelling = 8

    static func matches(_ cell: ArraySlice<UInt8>) -> Bool {
        guard let first = cell.first else { return true }
        guard cell.count <= longestSpelling else { return false }
        switch first {
        case UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: "N"), UInt8(ascii: "n"): break
        // What else begins like a number has one of these in it.
        case UInt8(ascii: "-"), UInt8(ascii: "1"):
            guard cell.contains(where: { $0 == UInt8(ascii: "#") || $0 | 0x20 == UInt8(ascii: "n") }) else {
                return false
            }
        default: return false
        }
        return spellings.contains(String(decoding: cell, as: UTF8.self))
    }
}

/// How pandas reads truth values: the two words in any capitalisation.
enum TruthValue {
    /// `nil` for anything else.
    static func read(_ cell: ArraySlice<UInt8>) -> Bool? {
        guard let first = cell.first, cell.count == 4 || cell.count == 5 else { return nil }
        switch first | 0x20 {
        case UInt8(ascii: "t"), UInt8(ascii: "f"): break
        default: return nil
        }
        switch String(decoding: cell, as: UTF8.self).lowercased() {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }
}
