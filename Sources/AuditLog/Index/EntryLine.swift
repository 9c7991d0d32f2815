/// The bytes of a stored entry, for features that compare their own rows with what was recorded.
package struct EntryLine {
    private let line: UnsafeRawBufferPointer

    package init(_ line: UnsafeRawBufferPointer) {
        self.line = line
    }

    /// Whether a field holds a name, an id or a hash, cut and escaped as entries do.
    package func holds(_ text: String, in field: String) -> Bool {
        let stored = JSONText.truncated(text, to: AuditEntryLimits.identifierBytes)
        return LineCursor.string(named: field, in: line)?.elementsEqual(JSONText.escaped(stored)) ?? false
    }

    /// A field's text as it stands in the line; `nil` if there is no such field.
    package func text(of field: String) -> String? {
        LineCursor.string(named: field, in: line).map { String(decoding: $0, as: UTF8.self) }
    }
}
