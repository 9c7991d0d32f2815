// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography

/// What became of a message that asks for a task.
public enum IntakeResult: Sendable {
    /// The request is consistent; whether it was seen before, and whether it is allowed, is still to be found out.
    case task(TaskRequest)
    /// The request is refused, and its modeller can be told. A redelivered request that was answered before ends here,
    /// too, once it is stale: look for the earlier answer first.
    case rejected(AnswerableTask, Rejection)
    /// The request is refused, and nobody can be told.
    case malformed(MalformedTask)

    /// Whom to answer, if anybody can be answered: also for refusals that only the agent's memory calls for.
    public var answerable: AnswerableTask? {
        switch self {
        case .task(let request): request.answerable
        case .rejected(let task, _): task
        case .malformed: nil
        }
    }

    /// What the audit log is told about the request.
    public var facts: TaskFacts {
        switch self {
        case .task(let request): request.answerable.facts
        case .rejected(let task, _): task.facts
        case .malformed(let task): task.facts
        }
    }
}

/// A task request that can't be answered: there is no key to seal an answer with, or no mailbox to send it to.
public struct MalformedTask: Error, Sendable, Hashable {
    /// What is wrong with it.
    public let reason: DecisionReason
    /// What could be read of it.
    public let facts: TaskFacts
}

/// What a check of the intake found wrong.
struct IntakeFault: Error, Hashable {
    let reason: DecisionReason

    init(_ reason: DecisionReason) {
        self.reason = reason
    }

    /// What a fault in the bytes of a request means.
    init(_ error: TaskFormatError) {
        reason =
            switch (error.part, error.code) {
            case (_, .mixedGenerations): .mixedGenerations
            case (.requestContainer, .missingField) where error.field == "signature": .missingSignature
            // Nothing is said about the request: the pod's key had no time for it.
            case (.innerRequest, .undecryptable) where (error.underlying as? CryptographyError)?.code == .busy:
                .overloaded
            case (.innerRequest, .undecryptable): .undecryptableRequest
            case (.innerRequest, _): .malformedInnerRequest
            case (.protocolDocument, _): .malformedProtocol
            case (.outerRequest, _), (.requestContainer, _), (.message, _): .malformedRequest
            }
    }
}

/// The limits within which a message around a task is believed to be genuine.
public struct IntakeLimits: Sendable, Hashable {
    /// The greatest length of a username, pod identifier, task id, project id or key id: 256 bytes.
    public let maximumIdentifierBytes = 256
    /// The greatest length of a mailbox id: 256 bytes.
    public let maximumMailboxIDBytes = 256
    /// The greatest number of pods in one task: 256.
    public let maximumPods = 256
    /// The greatest number of algorithms in one protocol: 32.
    public let maximumAlgorithms = 32
    /// The greatest age of a request, inclusive: 300 s (bitfount-protocol.md, 10.2).
    public let maximumAge: Duration = .seconds(300)
    /// How far ahead of this machine's clock a request may be, inclusive: 60 s.
    public let maximumLead: Duration = .seconds(60)

    /// The limits.
    public init() {}

    var freshness: Freshness { Freshness(maximumAge: maximumAge, maximumLead: maximumLead) }
}
