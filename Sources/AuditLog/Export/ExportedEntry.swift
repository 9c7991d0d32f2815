// SPDX-License-Identifier: Apache-2.0

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

/// How much an entry deserves a person's attention, for formats that have a field for it.
enum EntrySeverity: Int {
    case informational
    case low
    case medium
    case high

    init(_ entry: AuditEntry) {
        self =
            switch entry.type {
            case .auditGap: .high
            case .taskMalformed, .taskDuplicate, .replyFailed, .hubLost: .medium
            case .accessDecision where entry.decision == .reject: .low
            case .configChanged, .modellerForgotten, .keyCreated, .keyRotated, .policyLoaded, .pauseOn, .pauseOff,
                .approvalGranted:
                .low
            default: .informational
            }
    }

    /// RFC 5424, section 6.2.1: 6 informational, 5 notice, 4 warning, 3 error.
    var syslog: Int { 6 - rawValue }

    /// CEF's scale from 0 to 10.
    var cef: Int { [1, 3, 5, 8][rawValue] }

    /// OCSF's `severity_id`: 1 informational, 2 low, 3 medium, 4 high.
    var ocsf: Int { rawValue + 1 }
}
