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
        if let accessManager { write(accessManager, to: &line) }
        if let policy { write(policy, to: &line) }
        if let run { write(run, to: &line) }
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

    private func write(_ run: Run, to line: inout JSONLine) {
        line.openObject("run")
        if let mode = run.mode { line.string("mode", mode) }
        if let package = run.package { line.string("package", package) }
        if let version = run.version { line.string("version", version) }
        if let confinementSHA256 = run.confinementSHA256 { line.string("confinement_sha256", confinementSHA256) }
        if let outcome = run.outcome { line.string("outcome", outcome) }
        if let reason = run.reason { line.string("reason", reason) }
        if let exception = run.exception { line.string("exception", exception) }
        if let milliseconds = run.milliseconds { line.number("ms", milliseconds) }
        if let messagesIn = run.messagesIn { line.number("messages_in", messagesIn) }
        if let messagesOut = run.messagesOut { line.number("messages_out", messagesOut) }
        if let bytesOut = run.bytesOut { line.number("bytes_out", bytesOut) }
        if let resultsSHA256 = run.resultsSHA256 { line.string("results_sha256", resultsSHA256) }
        if let cpuMilliseconds = run.cpuMilliseconds { line.number("cpu_ms", cpuMilliseconds) }
        if let maximumResidentKiB = run.maximumResidentKiB { line.number("max_rss_kib", maximumResidentKiB) }
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
        entry.run?.mode.cutIdentifier()
        entry.run?.package.cutIdentifier()
        entry.run?.version.cutIdentifier()
        entry.run?.confinementSHA256.cutIdentifier()
        entry.run?.outcome.cutIdentifier()
        entry.run?.reason.cutIdentifier()
        entry.run?.exception.cutIdentifier()
        entry.run?.resultsSHA256.cutIdentifier()
        entry.approvals.cutItems()
        entry.reason.cutIdentifier()
        entry.agent.cutIdentifier()
        entry.reference = entry.reference.map { JSONText.truncated($0, to: AuditEntryLimits.referenceBytes) }
        return entry
    }
}

extension String? {
    fileprivate mutating func cutIdentifier() {
        guard let text = self else { return }
        self = JSONText.truncated(text, to: AuditEntryLimits.identifierBytes)
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
