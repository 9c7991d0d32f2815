// SPDX-License-Identifier: Apache-2.0

/// Elastic Common Schema 8.11. What was decided is in `event.type`; `event.outcome` only says whether the agent could do
/// what the entry tells of.
enum ECSView {
    static let schemaVersion = "8.11.0"

    static func line(_ exported: ExportedEntry) -> [UInt8] {
        let entry = exported.entry
        var line = JSONLine(reservingCapacity: 2_048)
        line.openObject()
        line.plain("@timestamp", exported.time)
        line.openObject("ecs")
        line.plain("version", schemaVersion)
        line.closeObject()
        line.string("message", exported.message)
        line.openObject("event")
        line.plain("kind", "event")
        line.strings("category", [category(of: entry.type)])
        line.strings("type", types(of: entry))
        line.plain("outcome", outcome(of: entry.type))
        line.plain("action", entry.type.rawValue)
        line.plain("id", exported.recorded.id)
        line.number("sequence", exported.recorded.sequence)
        line.number("severity", EntrySeverity(entry).rawValue)
        line.plain("hash", exported.leaf.base64)
        line.plain("provider", "pod-agent")
        line.plain("dataset", "pod_agent.audit")
        if let reason = entry.reason { line.string("reason", reason) }
        line.string("original", exported.line)
        line.closeObject()
        line.openObject("host")
        line.string("name", exported.source.host)
        line.closeObject()
        if let modeller = exported.modeller {
            line.openObject("user")
            line.string("name", modeller)
            line.closeObject()
        }
        line.openObject("agent")
        line.plain("type", "pod-agent")
        line.string("version", exported.source.version)
        line.closeObject()
        writeOwnFields(exported, to: &line)
        line.closeObject()
        return line.bytes
    }

    private static func category(of type: AuditEntryType) -> String {
        switch type {
        case .identityChallenged: "authentication"
        case .accessDecision, .approvalRequested, .approvalGranted, .approvalRefused, .approvalExpired, .flameApproval:
            "iam"
        case .configChanged, .modellerForgotten, .policyLoaded, .keyCreated, .keyRotated, .podRegistered, .podUpdated,
            .pauseOn, .pauseOff:
            "configuration"
        case .hubLost, .hubRegained: "network"
        case .agentStart, .agentStop: "process"
        default: "session"
        }
    }

    private static func types(of entry: AuditEntry) -> [String] {
        switch entry.type {
        case .accessDecision: [entry.decision == .accept ? "allowed" : "denied"]
        case .approvalGranted: ["allowed"]
        case .approvalRefused, .approvalExpired: ["denied"]
        case .agentStart, .taskReceived, .identityChallenged: ["start"]
        case .agentStop, .taskFinished: ["end"]
        case .configChanged, .policyLoaded, .keyRotated, .podUpdated, .pauseOn, .pauseOff: ["change"]
        case .keyCreated, .podRegistered: ["creation"]
        case .modellerForgotten: ["deletion"]
        case .taskMalformed, .replyFailed, .auditGap: ["error"]
        default: ["info"]
        }
    }

    private static func outcome(of type: AuditEntryType) -> String {
        switch type {
        case .replyFailed, .taskMalformed, .hubLost, .auditGap: "failure"
        case .identityChallenged, .taskReceived, .approvalRequested: "unknown"
        default: "success"
        }
    }

    /// What the schema has no fields for.
    private static func writeOwnFields(_ exported: ExportedEntry, to line: inout JSONLine) {
        let entry = exported.entry
        line.openObject("pod_agent")
        line.number("seq", exported.recorded.sequence)
        line.plain("leaf", exported.leaf.base64)
        if let pod = entry.pod { line.string("pod", pod) }
        if let dataset = entry.dataset { line.string("dataset", dataset) }
        if let task = entry.task { line.string("task", task) }
        if let project = entry.project { line.string("project", project) }
        if let protocolName = entry.protocolName { line.string("protocol", protocolName) }
        if let algorithms = entry.algorithms { line.strings("algorithms", algorithms) }
        if let method = entry.method { line.plain("method", method.rawValue) }
        if let decision = entry.decision { line.plain("decision", decision.rawValue) }
        if let by = entry.by { line.plain("by", by.rawValue) }
        if let code = entry.accessManager?.code { line.string("access_manager_code", code) }
        line.closeObject()
    }
}
