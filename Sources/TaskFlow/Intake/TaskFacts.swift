// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import BitfountTasks
import Cryptography

/// What can be told about a task request without telling what it says: the part of the audit record that its own bytes
/// provide (bitfount-protocol.md, 9.9).
///
/// Nothing in it is a secret, a parameter of the task, or longer than ``IntakeLimits`` allows. Fields are `nil` or
/// empty as far as the request could not be read.
public struct TaskFacts: Sendable, Hashable {
    /// SHA-256 of the message's body, as fetched; lower-case hexadecimal, like all others here.
    public internal(set) var bodySHA256: String
    /// The sender that the message names.
    public internal(set) var modeller: String?
    /// The task's id, as its request names it.
    public internal(set) var taskID: String?
    /// The dataset that the message is addressed to.
    public internal(set) var target: String?
    /// Every pod of the task, in order.
    public internal(set) var pods: [String] = []
    /// How the request is packed.
    public internal(set) var generation: Generation?
    /// How the modeller offers to prove who they are, if in a way that exists.
    public internal(set) var method: AuditEntry.Method?
    /// The project in whose name the task would run. Not authenticated.
    public internal(set) var projectID: String?
    /// Which of the modeller's keys made the signature. Not authenticated.
    public internal(set) var keyID: String?
    /// SHA-256 of the encrypted request: the same for every replay of it.
    public internal(set) var encryptedRequestSHA256: String?
    /// SHA-256 of the decrypted protocol in its canonical form.
    public internal(set) var protocolSHA256: String?
    /// The class of the protocol.
    public internal(set) var protocolClass: String?
    /// The classes of its algorithms, in order.
    public internal(set) var algorithmClasses: [String] = []
    /// The class of its aggregator, if it has one.
    public internal(set) var aggregatorClass: String?
    /// How many keys of the request no known SDK writes.
    public internal(set) var unknownKeyCount = 0

    init(bodySHA256: String) {
        self.bodySHA256 = bodySHA256
    }
}

extension TaskFacts {
    mutating func add(_ envelope: TaskEnvelope) {
        modeller = envelope.modeller
        taskID = envelope.taskID
        pods = envelope.podMailboxIDs.keys.sorted()
    }

    mutating func add(_ outer: OuterRequest, limits: IntakeLimits) {
        func plain(_ text: String?) -> String? {
            text.flatMap { $0.isPlainIdentifier(maximumBytes: limits.maximumIdentifierBytes) ? $0 : nil }
        }
        generation = outer.generation
        method = try? AuditEntry.Method(requestedBy: outer)
        projectID = plain(outer.projectID)
        keyID = plain(outer.keyID)
        encryptedRequestSHA256 = Hex.encode(SHA256.hash(outer.encryptedRequest))
        unknownKeyCount = outer.unknownKeys.count
    }

    mutating func add(_ document: ProtocolDocument) {
        protocolSHA256 = Hex.encode(document.sha256)
        protocolClass = document.className
        algorithmClasses = document.algorithmClassNames
        aggregatorClass = document.aggregatorClassName
    }
}
