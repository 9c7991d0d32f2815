extension String {
    /// The text as a column can hold it: SQLite's C interface ends a text at the first NUL, and two different task ids
    /// must not become one that way.
    package var columnText: String {
        utf8.contains(0) ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self
    }
}
