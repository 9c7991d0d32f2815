import ArgumentParser
import AuditLog
import Foundation
import Timekeeping

/// Which entries a command is about.
struct AuditFilter: ParsableArguments {
    @Option(name: [.long, .customLong("from")], help: "Only from this time on.", transform: AuditFilter.time)
    var since: Date?

    @Option(name: [.long, .customLong("to")], help: "Only before this time.", transform: AuditFilter.time)
    var until: Date?

    @Option(help: "Only of this modeller.")
    var modeller: String?

    @Option(help: "Only about this dataset, owner/name.")
    var dataset: String?

    @Option(help: "Only decisions of this kind: accept or reject.", transform: AuditFilter.decision)
    var decision: AuditEntry.Decision?

    @Option(help: "Only about this task.")
    var task: String?

    @Option(help: "Only entries of this type, such as access.decision; may be repeated.", transform: AuditFilter.type)
    var type: [AuditEntryType] = []

    /// The filter as the log understands it.
    var query: AuditQuery {
        AuditQuery(
            from: since,
            until: until,
            modeller: modeller,
            dataset: dataset,
            decision: decision,
            task: task,
            types: Set(type)
        )
    }

    @Sendable
    static func time(_ text: String) throws -> Date {
        guard let date = ISO8601.date(text) ?? ISO8601.date(text + "T00:00:00Z") else {
            throw ValidationError("'\(text)' is not a time such as 2026-03-01 or 2026-03-01T12:00:00Z")
        }
        return date
    }

    @Sendable
    private static func decision(_ text: String) throws -> AuditEntry.Decision {
        guard let decision = AuditEntry.Decision(rawValue: text) else {
            throw ValidationError("'\(text)' is neither accept nor reject")
        }
        return decision
    }

    @Sendable
    private static func type(_ text: String) throws -> AuditEntryType {
        guard let type = AuditEntryType(rawValue: text) else { throw ValidationError("'\(text)' is no type of entry") }
        return type
    }
}
