// SPDX-License-Identifier: Apache-2.0

/// OCSF 1.3.0: class 6003 *API Activity* for what is asked of the pod, 3002 *Authentication* for proofs of identity,
/// 6002 *Application Lifecycle* for what concerns the agent itself.
enum OCSFView {
    static let schemaVersion = "1.3.0"

    /// An event class and the activity within it.
    private struct Kind {
        let category: Int
        let classUID: Int
        let activity: Int

        static func application(_ activity: Int) -> Kind { Kind(category: 6, classUID: 6002, activity: activity) }
        static func api(_ activity: Int) -> Kind { Kind(category: 6, classUID: 6003, activity: activity) }
        static func authentication(_ activity: Int) -> Kind { Kind(category: 3, classUID: 3002, activity: activity) }
        static let other = 99
    }

    static func line(_ exported: ExportedEntry) -> [UInt8] {
        let entry = exported.entry
        let kind = kind(of: entry.type)
        var line = JSONLine(reservingCapacity: 2_048)
        line.openObject()
        line.number("category_uid", kind.category)
        line.number("class_uid", kind.classUID)
        line.number("activity_id", kind.activity)
        line.plain("activity_name", entry.type.rawValue)
        line.number("type_uid", kind.classUID * 100 + kind.activity)
        line.number("severity_id", EntrySeverity(entry).ocsf)
        line.number("time", exported.milliseconds)
        line.string("message", exported.message)
        writeMetadata(exported, to: &line)
        writeOutcome(entry, to: &line)
        switch kind.classUID {
        case 3002: writeAuthentication(exported, to: &line)
        case 6003: writeActivity(exported, to: &line)
        default: writeProduct("app", exported.source, to: &line)
        }
        line.string("raw_data", exported.line)
        line.openObject("unmapped")
        line.number("seq", exported.recorded.sequence)
        line.plain("leaf", exported.leaf.base64)
        if let reason = entry.reason { line.string("reason", reason) }
        if let by = entry.by { line.plain("by", by.rawValue) }
        line.closeObject()
        line.closeObject()
        return line.bytes
    }

    private static func kind(of type: AuditEntryType) -> Kind {
        switch type {
        case .agentStart: .application(3)
        case .agentStop: .application(4)
        case .identityChallenged: .authentication(1)
        case .podRegistered: .api(1)
        case .podUpdated: .api(3)
        case .taskReceived, .taskDuplicate, .taskMalformed, .accessDecision, .replySent, .replyFailed,
            .approvalRequested, .approvalGranted, .approvalRefused, .approvalExpired, .taskHandedOff, .taskFinished,
            .flameNode, .flameProject, .flameAnalysis, .flameApproval:
            .api(Kind.other)
        default: .application(Kind.other)
        }
    }

    private static func writeMetadata(_ exported: ExportedEntry, to line: inout JSONLine) {
        line.openObject("metadata")
        line.plain("version", schemaVersion)
        if exported.entry.decision != nil { line.strings("profiles", ["security_control"]) }
        writeProduct("product", exported.source, to: &line)
        line.plain("uid", exported.recorded.id)
        line.number("sequence", exported.recorded.sequence)
        line.plain("event_code", exported.entry.type.rawValue)
        line.plain("original_time", exported.time)
        line.closeObject()
    }

    private static func writeProduct(_ name: StaticString, _ source: AuditExportSource, to line: inout JSONLine) {
        line.openObject(name)
        line.plain("name", "pod-agent")
        line.plain("vendor_name", "pod-agent")
        line.string("version", source.version)
        line.closeObject()
    }

    /// The decision is the control's action; that it could be taken is the status.
    private static func writeOutcome(_ entry: AuditEntry, to line: inout JSONLine) {
        if let decision = entry.decision {
            line.number("action_id", decision == .accept ? 1 : 2)
            line.number("disposition_id", decision == .accept ? 1 : 2)
        }
        switch entry.type {
        case .replyFailed, .taskMalformed, .hubLost, .auditGap: line.number("status_id", 2)
        default: line.number("status_id", 1)
        }
        if let reason = entry.reason { line.string("status_detail", reason) }
    }

    private static func writeAuthentication(_ exported: ExportedEntry, to line: inout JSONLine) {
        let entry = exported.entry
        let (number, name) =
            switch entry.method {
            case .saml: (5, "SAML")
            case .oidcDeviceCode, .oidcAuthorizationCode: (4, "OpenID")
            case .signature: (99, "RSA-PSS signature")
            case nil: (0, "Unknown")
            }
        line.number("auth_protocol_id", number)
        line.plain("auth_protocol", name)
        writeUser(exported, to: &line)
        line.openObject("service")
        line.string("name", entry.pod ?? "pod-agent")
        line.closeObject()
    }

    private static func writeActivity(_ exported: ExportedEntry, to line: inout JSONLine) {
        let entry = exported.entry
        line.openObject("actor")
        writeUser(exported, to: &line)
        line.closeObject()
        line.openObject("api")
        line.string("operation", entry.protocolName ?? entry.type.rawValue)
        if let task = entry.task {
            line.openObject("request")
            line.string("uid", task)
            line.closeObject()
        }
        line.closeObject()
        // The message service stands between the modeller and the pod: no address of theirs is known.
        line.openObject("src_endpoint")
        line.plain("name", "message service")
        line.closeObject()
        guard let dataset = entry.dataset else { return }
        line.openArrayOfOne("resources")
        line.string("name", dataset)
        line.plain("type", "dataset")
        line.closeArrayOfOne()
    }

    private static func writeUser(_ exported: ExportedEntry, to line: inout JSONLine) {
        line.openObject("user")
        line.string("name", exported.modeller ?? "unknown")
        line.closeObject()
    }
}
