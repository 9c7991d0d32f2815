import Timekeeping

/// An entry with what its views need beside it.
struct ExportedEntry {
    let recorded: RecordedEntry
    let leaf: TreeHash
    let source: AuditExportSource

    var entry: AuditEntry { recorded.entry }
    var modeller: String? { recorded.knownModeller }
    var line: String { String(decoding: recorded.body, as: UTF8.self) }
    var milliseconds: Int64 { ISO8601.milliseconds(of: recorded.at) }
    var time: String { ISO8601.text(milliseconds: milliseconds) }

    /// One sentence for people.
    var message: String {
        var words = [entry.type.rawValue]
        if let decision = entry.decision { words.append(decision.rawValue) }
        if let modeller { words.append("modeller \(modeller)") }
        if let dataset = entry.dataset { words.append("dataset \(dataset)") }
        if let task = entry.task { words.append("task \(task)") }
        if let reason = entry.reason { words.append("(\(reason))") }
        return words.joined(separator: " ")
    }
}
