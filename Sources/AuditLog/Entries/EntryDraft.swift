/// An entry with its texts cut and its fields written, ready to be recorded. Made on the caller's side, so that the
/// writer only adds what it alone knows.
struct EntryDraft: Sendable {
    let entry: AuditEntry
    let fields: [UInt8]

    init(_ entry: AuditEntry) {
        self.entry = entry.withinLimits()
        fields = self.entry.fields()
    }
}
