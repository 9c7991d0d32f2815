// SPDX-License-Identifier: Apache-2.0

public import AuditLog
import Bitfount
public import BitfountTasks

/// A task request as far as it can be read without the pod's key, which costs milliseconds.
///
/// Whoever can have an envelope delivered can make one. What is said here is enough to decide how much may be spent on it.
public struct SealedRequest: Sendable {
    /// The fields around the request.
    let envelope: TaskEnvelope
    /// The clear part.
    public let outer: OuterRequest
    /// The dataset that it is addressed to.
    let target: TaskTarget
    /// The target, if this pod serves it.
    let podIdentifier: PodIdentifier?
    /// How the modeller offers to prove who they are, if in a way that exists.
    public let method: AuditEntry.Method?
    /// Whose pod it was sent to, and what that serves.
    let pod: PodContext
    /// What the audit log is told about it.
    public let facts: TaskFacts
    /// Why it is refused, if that shows already.
    public internal(set) var objection: DecisionReason?
}
