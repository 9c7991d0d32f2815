// SPDX-License-Identifier: Apache-2.0

/// How a CSV file is written, where it is not as most are.
public struct CSVFormat: Sendable, Hashable {
    /// How the file's text is made of bytes. A byte order mark is skipped.
    public enum Encoding: String, Sendable, Hashable, CaseIterable {
        /// The default.
        case utf8 = "utf-8"
        /// ISO 8859-1: each byte is one character.
        case latin1 = "latin-1"
        /// What Windows programs of western Europe and America call ANSI.
        case windows1252 = "windows-1252"
        /// UTF-16, in the order of the byte order mark; without one little endian.
        case utf16 = "utf-16"
    }

    /// What it is that records have one more of than the header has names.
    public enum ExtraCell: String, Sendable, Hashable, CaseIterable {
        /// The first cell is the row's name, which the header lacks; it is left out.
        case rowName = "row-name"
        /// The last cell is empty, since lines end with a delimiter.
        case empty = "empty"
    }

    /// What separates cells: one ASCII character. Default: a comma.
    public var delimiter: UInt8 = UInt8(ascii: ",")
    /// Default: UTF-8.
    public var encoding: Encoding = .utf8
    /// The lines before the header. Default: 0.
    public var skippedRows = 0
    /// What takes the meaning from the character behind it, inside and outside of quotes: one ASCII character. Default: nothing; quotes
    /// are doubled.
    public var escape: UInt8?
    /// Default: records with more cells than the header has names are refused.
    public var extraCell: ExtraCell?

    /// The defaults.
    public init() {}
}
