// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Cryptography

/// Writes audit entries about tasks: the one place where a decision's facts become an entry's fields.
package struct TaskEntries: Sendable {
    /// The pod's identifier, `owner/name`.
    let pod: String
    /// The agent's name and version.
    let agent: String

    package init(pod: String, agent: String) {
        self.pod = pod
        self.agent = agent
    }

    /// A task was decoded, is consistent and new.
    func received(_ facts: TaskFacts) -> AuditEntry { entry(.taskReceived, facts) }

    /// The modeller is being asked for a proof of identity.
    func challenged(_ facts: TaskFacts) -> AuditEntry { entry(.identityChallenged, facts) }

    /// A task was decided.
    func decided(_ facts: TaskFacts, _ evaluation: Evaluation) -> AuditEntry {
        var entry = entry(.accessDecision, facts)
        switch evaluation.decision {
        case .accept: entry.decision = .accept
        case .reject: entry.decision = .reject
        }
        entry.by = evaluation.by
        entry.reason = evaluation.reason.rawValue
        entry.accessManager = evaluation.accessManager.map {
            .init(status: $0.status, code: $0.code, limitsSHA256: $0.limitsSHA256, milliseconds: $0.milliseconds)
        }
        entry.policy = .init(
            sha256: evaluation.policy.policySHA256,
            rule: evaluation.policy.rule,
            result: evaluation.policy.result.name
        )
        return entry
    }

    /// A task was refused before the Access Manager was asked.
    func refused(_ facts: TaskFacts, _ rejection: Rejection, type: AuditEntryType = .accessDecision) -> AuditEntry {
        var entry = entry(type, facts)
        entry.decision = .reject
        entry.by = rejection.by
        entry.reason = rejection.reason.rawValue
        return entry
    }

    /// An accepted task goes to a runner now.
    func handedOff(_ facts: TaskFacts, _ ready: RunnerReady) -> AuditEntry {
        var entry = entry(.taskHandedOff, facts)
        var run = AuditEntry.Run()
        run.mode = "exec"
        run.package = ready.package
        run.version = ready.version
        run.confinementSHA256 = ready.confinement.sha256
        entry.run = run
        return entry
    }

    /// A task that a runner got has ended.
    func finished(_ facts: TaskFacts, _ end: RunEnd) -> AuditEntry {
        var entry = entry(.taskFinished, facts)
        entry.reason = end.reason?.rawValue
        var run = AuditEntry.Run()
        run.outcome = end.outcome.rawValue
        run.reason = end.reason?.rawValue
        run.exception = end.exception
        run.milliseconds = Int(end.duration / .milliseconds(1))
        run.messagesIn = end.counts.messagesIn
        run.messagesOut = end.counts.messagesOut
        run.bytesOut = end.counts.bytesOut
        run.resultsSHA256 = end.resultsSHA256
        run.cpuMilliseconds = end.cpuMilliseconds
        run.maximumResidentKiB = end.maximumResidentKiB
        entry.run = run
        return entry
    }

    /// A task had not ended when the agent did.
    func interrupted(_ interrupted: InterruptedRun) -> AuditEntry {
        var entry = AuditEntry(.taskFinished)
        entry.pod = pod
        entry.agent = agent
        entry.dataset = interrupted.target
        entry.task = interrupted.task
        entry.modeller = interrupted.modeller
        entry.reason = RunReason.crashDuringRun.rawValue
        var run = AuditEntry.Run()
        run.outcome = RunOutcome.failed.rawValue
        run.reason = RunReason.crashDuringRun.rawValue
        entry.run = run
        return entry
    }

    /// A message could not be understood well enough to be answered.
    func malformed(_ facts: TaskFacts, _ reason: DecisionReason) -> AuditEntry {
        var entry = entry(.taskMalformed, facts)
        entry.decision = .reject
        entry.by = .failClosed
        entry.reason = reason.rawValue
        return entry
    }

    /// The same task came again.
    func duplicate(_ facts: TaskFacts, of original: InboxID) -> AuditEntry {
        var entry = entry(.taskDuplicate, facts)
        entry.reference = "message:\(original)"
        return entry
    }

    /// A kept message can't be read any more, so what it asked for is not known and nobody can be answered.
    func damaged(_ row: InboxRow) -> AuditEntry {
        var entry = AuditEntry(.taskMalformed)
        entry.pod = pod
        entry.agent = agent
        entry.task = row.message.taskID
        entry.modeller = row.message.sender
        entry.decision = .reject
        entry.by = .failClosed
        entry.reason = DecisionReason.damagedRecord.rawValue
        entry.reference = "message:\(row.id)"
        return entry
    }

    /// A message that is no task request was taken from the mailbox.
    func ignored(_ message: IncomingMessage) -> AuditEntry {
        var entry = AuditEntry(.taskMalformed)
        entry.pod = pod
        entry.agent = agent
        entry.task = message.taskID
        entry.modeller = message.sender
        entry.reason = DecisionReason.unsupportedMessage.rawValue
        entry.reference = "type:\(message.type)"
        return entry
    }

    /// A reply reached the message service.
    func replySent(_ id: ReplyID, _ message: OutgoingMessage) -> AuditEntry { reply(.replySent, id, message) }

    /// A reply was given up.
    func replyFailed(_ id: ReplyID, _ message: OutgoingMessage, _ error: MessageServiceError) -> AuditEntry {
        var entry = reply(.replyFailed, id, message)
        entry.reason = ReplyFailure(error.code).rawValue
        return entry
    }

    /// A stored reply can't be read any more, so whom it was for is not known either.
    func replyDamaged(_ pending: PendingReply) -> AuditEntry {
        var entry = AuditEntry(.replyFailed)
        entry.pod = pod
        entry.agent = agent
        entry.reason = ReplyFailure.damaged.rawValue
        entry.reference = "reply:\(pending.id) message:\(pending.inboxID)"
        return entry
    }

    private func reply(_ type: AuditEntryType, _ id: ReplyID, _ message: OutgoingMessage) -> AuditEntry {
        var entry = AuditEntry(type)
        entry.pod = pod
        entry.agent = agent
        entry.dataset = message.sender
        entry.task = message.taskID
        entry.modeller = message.recipient
        entry.reference = "reply:\(id) \(message.type)"
        return entry
    }

    private func entry(_ type: AuditEntryType, _ facts: TaskFacts) -> AuditEntry {
        var entry = AuditEntry(type)
        entry.pod = pod
        entry.agent = agent
        entry.dataset = facts.target
        entry.task = facts.taskID
        entry.project = facts.projectID
        entry.requestSHA256 = facts.encryptedRequestSHA256
        entry.modeller = facts.modeller
        entry.method = facts.method
        entry.keyID = facts.keyID
        entry.protocolName = facts.protocolClass
        entry.algorithms = facts.algorithmClasses.isEmpty ? nil : facts.algorithmClasses
        entry.protocolSHA256 = facts.protocolSHA256
        return entry
    }
}

/// Why a reply was given up: the reasons of `reply.failed` entries.
///
/// The raw values are part of the audit log's format: a value once released is never renamed nor given another meaning.
enum ReplyFailure: String, Sendable, CaseIterable {
    case unavailable = "unavailable"
    case deadlineExceeded = "deadlineExceeded"
    case unauthenticated = "unauthenticated"
    case permissionDenied = "permissionDenied"
    case invalidArgument = "invalidArgument"
    case failedPrecondition = "failedPrecondition"
    case notFound = "notFound"
    case resourceExhausted = "resourceExhausted"
    case unimplemented = "unimplemented"
    case cancelled = "cancelled"
    case credentialsUnavailable = "credentialsUnavailable"
    case invalidEndpoint = "invalidEndpoint"
    case other = "other"
    /// The stored reply can't be read any more.
    case damaged = "damaged-record"

    init(_ code: MessageServiceError.Code) {
        self =
            switch code {
            case .unavailable: .unavailable
            case .deadlineExceeded: .deadlineExceeded
            case .unauthenticated: .unauthenticated
            case .permissionDenied: .permissionDenied
            case .invalidArgument: .invalidArgument
            case .failedPrecondition: .failedPrecondition
            case .notFound: .notFound
            case .resourceExhausted: .resourceExhausted
            case .unimplemented: .unimplemented
            case .cancelled: .cancelled
            case .credentialsUnavailable: .credentialsUnavailable
            case .invalidEndpoint: .invalidEndpoint
            case .other: .other
            }
    }
}
