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
