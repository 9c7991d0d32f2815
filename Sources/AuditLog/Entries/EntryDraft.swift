// SPDX-License-Identifier: Apache-2.0

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
        var entry = entry
        if salt == nil { entry.modeller = entry.modeller.map(SaltedName.plain) }
        entry = entry.withinLimits()
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

/// How long the texts of an entry may be, in bytes as they stand in the stored line (after escaping).
///
/// Longer text is cut before the line is built and ends in `…`; the line itself is never cut. The limits are part of
/// the format rather than settings, because together they keep every line within ``lineBytes``.
enum AuditEntryLimits {
    /// A whole line: the size of a leaf.
    static let lineBytes = 16_384
    /// A name, an id, a hash, a code.
    static let identifierBytes = 256
    /// `ref`, the only field that can hold a longer text.
    static let referenceBytes = 1_024
    /// One item of `algorithms` or `approvals`.
    static let itemBytes = 128
    /// How many items `algorithms` or `approvals` can have; the last one says how many were left out.
    static let items = 24
}
