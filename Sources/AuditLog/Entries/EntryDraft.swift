/// An entry with its texts cut and its fields written, ready to be recorded. Made on the caller's side, so that the
/// writer only adds what it alone knows.
struct EntryDraft: Sendable {
    let entry: AuditEntry
    let fields: [UInt8]
    let tokens: [IndexToken]

    init(_ entry: AuditEntry) {
        let entry = entry.withinLimits()
        self.entry = entry
        fields = entry.fields()
        tokens = [
            IndexToken(.type, value: entry.type.rawValue),
            entry.dataset.map { IndexToken(.dataset, value: $0) },
            entry.task.map { IndexToken(.task, value: $0) },
            entry.modeller.map { IndexToken(.modeller, value: $0) },
            entry.decision.map { IndexToken(.decision, value: $0.rawValue) },
        ].compactMap { $0 }
    }
}
