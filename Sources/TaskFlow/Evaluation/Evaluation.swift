// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import Bitfount
public import BitfountTasks
import Cryptography
public import Foundation
import MessagePack

/// The outcome of evaluating a task, with all that the audit entry of the decision needs beside ``TaskFacts``.
public struct Evaluation: Sendable {
    /// What was decided.
    public enum Decision: Sendable {
        /// The task is allowed.
        case accept(AuthorisedTask)
        /// The task is refused.
        case reject(Rejection)
    }

    /// What was decided.
    public let decision: Decision
    /// How the modeller was to prove who they are.
    public let method: AuditEntry.Method
    /// What the owner's policy said.
    public let policy: PolicyFinding
    /// What the Access Manager said, if it was asked.
    public let accessManager: AccessManagerRecord?

    /// Why it was decided so.
    public var reason: DecisionReason {
        switch decision {
        case .accept: .accepted
        case .reject(let rejection): rejection.reason
        }
    }

    /// Who decided.
    public var by: AuditEntry.Authority { reason.authority }

    /// The same evaluation of a task, but refused for a reason that came up after it.
    func refused(_ reason: DecisionReason, generation: Generation) -> Evaluation {
        Evaluation(
            decision: .reject(Rejection(reason, generation: generation)),
            method: method,
            policy: policy,
            accessManager: accessManager
        )
    }

    /// Whether a modeller's withdrawal may still take the decision's place: it was not refused for a reason of its own.
    public var isOpen: Bool { reason == .accepted || reason == .interrupted }
}

/// A task that was allowed: proof, as a value, that every check passed and the Access Manager said `ACCEPT`.
///
/// Only ``Evaluator`` can make one, and an acceptance can be made from nothing else.
public struct AuthorisedTask: Sendable {
    /// The request.
    public let request: TaskRequest
    /// The usage limits that whoever runs the task has to keep to. They hold pre-signed addresses, which are secrets.
    public let limits: [UsageLimit]

    /// For ``Evaluator`` alone.
    init(request: TaskRequest, limits: [UsageLimit]) {
        self.request = request
        self.limits = limits
    }

    /// The message that accepts the task; to be sent only once the decision is durable.
    ///
    /// - Throws: ``TaskFormatError`` if it can't be sealed.
    public func acceptance(at date: Date) throws(TaskFormatError) -> OutgoingMessage {
        let task = request.answerable
        return try task.message(.jobAccept, JobReply.accept(task.target), at: date)
    }
}

extension AuthorisedTask: CustomStringConvertible {
    /// The task's id and target: what it asks for is not for logs.
    public var description: String { request.description }
}

/// How the Access Manager was asked and what it said: the audit entry's field `am`.
public struct AccessManagerRecord: Sendable, Hashable {
    /// The HTTP status of its last answer, if there was one.
    public let status: Int?
    /// The code it answered, as it came but for characters that could forge a log line; `nil` if it gave none.
    public let code: String?
    /// SHA-256 of the usage limits it answered, without their addresses; `nil` if it gave none. Hashed is a MessagePack
    /// array with one array `[resourceType, resourceName, limit or nil, totalUsage]` for each limit, in its order.
    public let limitsSHA256: String?
    /// How long all of it took, repetitions included, in milliseconds.
    public let milliseconds: Int

    init(_ verdict: AccessVerdict, milliseconds: Int) {
        status = verdict.httpStatus
        code = verdict.code == .missing ? nil : Self.recordable(verdict.code.rawValue)
        limitsSHA256 = verdict.limits.isEmpty ? nil : Self.digest(verdict.limits)
        self.milliseconds = milliseconds
    }

    /// `nil` if the fault lies elsewhere.
    init?(failure: EvaluationFault, milliseconds: Int) {
        guard failure.isAccessManagers else { return nil }
        status = failure.accessManagerFailure?.status
        code = nil
        limitsSHA256 = nil
        self.milliseconds = milliseconds
    }

    /// At most 64 characters of printable ASCII; others are replaced by question marks.
    private static func recordable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(64).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
    }

    private static func digest(_ limits: [UsageLimit]) -> String {
        let values = limits.map { limit in
            MessagePackValue.array([
                .string(limit.resourceType),
                .string(limit.resourceName),
                limit.limit.map { .int(Int64($0)) } ?? .null,
                .int(Int64(limit.totalUsage)),
            ])
        }
        return Hex.encode(SHA256.hash(MessagePackEncoder.encode(.array(values))))
    }
}
