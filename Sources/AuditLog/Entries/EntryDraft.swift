/// An entry with its texts cut and its fields written, ready to be recorded. Made on the caller's side, so that the
/// writer only adds what it alone knows.
package final class EntryDraft: Sendable {
    let entry: AuditEntry
    let fields: [UInt8]
    let tokens: [IndexToken]
    /// What leads from the salted hash in the entry to the modeller's name, if it holds one.
    let salted: SaltedName?

    /// - Parameter salt: Makes a salt, if the modeller's name is to be kept as a salted hash.
    init(_ entry: AuditEntry, salt: (() -> [UInt8])? = nil) {
        var entry = entry.withinLimits()
        if let salt, let name = entry.modeller {
            let salted = SaltedName(salt: salt(), name: name)
            entry.modeller = salted.text
            self.salted = salted
        } else {
            salted = nil
        }
        self.entry = entry
        fields = entry.fields()
        tokens = [
            IndexToken(.type, value: entry.type.rawValue),
            entry.dataset.map { IndexToken(.dataset, value: $0) },
            entry.task.map { IndexToken(.task, value: $0) },
            entry.modeller.map { IndexToken(modeller: $0) },
            entry.decision.map { IndexToken(.decision, value: $0.rawValue) },
        ].compactMap { $0 }
    }
}
