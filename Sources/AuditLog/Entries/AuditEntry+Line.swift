// SPDX-License-Identifier: Apache-2.0

extension AuditEntry {
    /// The fields from `type` to the end, in the order of the format, without the braces around them.
    func fields() -> [UInt8] {
        var line = JSONLine(reservingCapacity: 640)
        line.plain("type", type.rawValue)
        if let pod { line.string("pod", pod) }
        if let dataset { line.string("dataset", dataset) }
        if let task { line.string("task", task) }
        if let project { line.string("project", project) }
        if let requestSHA256 { line.string("request_sha256", requestSHA256) }
        if let modeller { line.string("modeller", modeller) }
        if let method { line.plain("method", method.rawValue) }
        if let keyID { line.string("key_id", keyID) }
        if let protocolName { line.string("protocol", protocolName) }
        if let algorithms { line.strings("algorithms", algorithms) }
        if let protocolSHA256 { line.string("protocol_sha256", protocolSHA256) }
        if let content { write(content, to: &line) }
        if let accessManager { write(accessManager, to: &line) }
        if let policy { write(policy, to: &line) }
        if let rules { write(rules, to: &line) }
        if let approvals { line.strings("approvals", approvals) }
        if let decision { line.plain("decision", decision.rawValue) }
        if let by { line.plain("by", by.rawValue) }
        if let reason { line.string("reason", reason) }
        if let agent { line.string("agent", agent) }
        if let reference { line.string("ref", reference) }
        return line.bytes
    }

    private func write(_ answer: AccessManagerAnswer, to line: inout JSONLine) {
        line.openObject("am")
        if let status = answer.status { line.number("status", status) }
        if let code = answer.code { line.string("code", code) }
        if let limitsSHA256 = answer.limitsSHA256 { line.string("limits_sha256", limitsSHA256) }
        if let milliseconds = answer.milliseconds { line.number("ms", milliseconds) }
        line.closeObject()
    }

    private func write(_ policy: PolicyResult, to line: inout JSONLine) {
        line.openObject("policy")
        if let sha256 = policy.sha256 { line.string("sha256", sha256) }
        if let rule = policy.rule { line.string("rule", rule) }
        if let result = policy.result { line.string("result", result) }
        line.closeObject()
    }

    /// The entry with every text within ``AuditEntryLimits``.
    func withinLimits() -> AuditEntry {
        var entry = self
        entry.pod.cutIdentifier()
        entry.dataset.cutIdentifier()
        entry.task.cutIdentifier()
        entry.project.cutIdentifier()
        entry.requestSHA256.cutIdentifier()
        entry.modeller.cutIdentifier()
        entry.keyID.cutIdentifier()
        entry.protocolName.cutIdentifier()
        entry.algorithms.cutItems()
        entry.protocolSHA256.cutIdentifier()
        entry.accessManager?.code.cutIdentifier()
        entry.accessManager?.limitsSHA256.cutIdentifier()
        entry.policy?.sha256.cutIdentifier()
        entry.policy?.rule.cutIdentifier()
        entry.policy?.result.cutIdentifier()
        if entry.content?.isWithinLimits == false { entry.content = nil }
        entry.rules?.sha256.cutIdentifier()
        entry.rules?.rule.cutIdentifier()
        entry.rules?.result.cutIdentifier()
        entry.rules?.reason.cutText()
        entry.rules?.at.cutIdentifier()
        entry.approvals.cutItems()
        entry.reason.cutIdentifier()
        entry.agent.cutIdentifier()
        entry.reference.cutText()
        return entry
    }
}

extension String? {
    fileprivate mutating func cutIdentifier() {
        guard let text = self else { return }
        self = JSONText.truncated(text, to: AuditEntryLimits.identifierBytes)
    }

    /// To the length of what can hold a longer text.
    fileprivate mutating func cutText() {
        guard let text = self else { return }
        self = JSONText.truncated(text, to: AuditEntryLimits.referenceBytes)
    }
}

extension [String]? {
    fileprivate mutating func cutItems() {
        guard let items = self else { return }
        var kept = items.prefix(AuditEntryLimits.items).map { JSONText.truncated($0, to: AuditEntryLimits.itemBytes) }
        if items.count > AuditEntryLimits.items {
            kept[AuditEntryLimits.items - 1] = "… \(items.count - AuditEntryLimits.items + 1) more"
        }
        self = kept
    }
}
