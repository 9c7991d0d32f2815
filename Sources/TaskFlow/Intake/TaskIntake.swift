// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
public import BitfountTasks
public import Cryptography
public import Foundation

/// Reads a message that asks for a task and checks all that can be checked without asking anybody.
///
/// What the order of the checks is for (bitfount-protocol.md, 9.5):
///
/// - Whatever can't be answered is dropped before the pod's key is used, as far as that shows without it.
/// - The request is decrypted once, before the checks that refuse it, so that a refusal can be sent.
/// - Nothing that depends on this pod's state or policy is looked at; the set of datasets it serves, which the Hub
///   publishes anyway, is the exception.
public struct TaskIntake: Sendable {
    private let podKey: RSAPrivateKey
    private let codec = TaskRequestCodec()
    private let limits: IntakeLimits
    private let wallClock: @Sendable () -> Date

    /// An intake.
    ///
    /// - Parameters:
    ///   - podKey: the pod's private key, to which requests are encrypted.
    ///   - limits: what is believed of the message around a request.
    ///   - wallClock: the time against which the age of a message is measured.
    public init(
        podKey: RSAPrivateKey,
        limits: IntakeLimits = IntakeLimits(),
        wallClock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.podKey = podKey
        self.limits = limits
        self.wallClock = wallClock
    }

    /// Reads one message.
    ///
    /// - Parameters:
    ///   - message: the message as it was delivered; its own body is not looked at.
    ///   - body: the request: the message's body, or what was fetched from the address that it holds.
    ///   - pod: whose pod this is and what it serves.
    public func read(_ message: IncomingMessage, body: [UInt8], pod: PodContext) async -> IntakeResult {
        var facts = TaskFacts(bodySHA256: Hex.encode(SHA256.hash(body)))
        let envelope: TaskEnvelope
        let outer: OuterRequest
        let decrypted: DecryptedRequest
        var answerable: AnswerableTask
        do throws(IntakeFault) {
            envelope = try TaskEnvelope(message, limits: limits)
            facts.add(envelope)
            outer = try decode(body)
            facts.add(outer, limits: limits)
            let target = try target(of: envelope, pod)
            facts.target = target.identifier
            decrypted = try await decrypt(outer)
            answerable = AnswerableTask(
                envelope: envelope,
                target: target,
                cipher: TaskMessageCipher(key: decrypted.sessionKey, generation: outer.generation),
                facts: facts
            )
        } catch {
            return .malformed(MalformedTask(reason: error.reason, facts: facts))
        }

        // Read before the checks that come first, so that the audit log can say what a refused request was about.
        let inner = content(of: decrypted)
        let document = inner.flatMap(protocolDocument)
        if case .success(let document) = document { answerable.facts.add(document) }
        do throws(IntakeFault) {
            try checkFreshness(of: message, pod)
            let podIdentifier = try servedIdentifier(answerable.target, pod)
            let method = try checkAuthentication(of: outer)
            try checkIdentifiers(of: outer)
            let inner = try inner.get()
            let pods = Set(envelope.podMailboxIDs.keys)
            try RequestConsistency(outer: outer, inner: inner, target: answerable.target, pods: pods, limits: limits)
                .check()
            return .task(
                TaskRequest(
                    answerable: answerable,
                    podIdentifier: podIdentifier,
                    outer: outer,
                    inner: inner,
                    protocolDocument: try document.get(),
                    method: method,
                    pod: pod,
                    pods: pods
                )
            )
        } catch {
            return .rejected(answerable, Rejection(error.reason, generation: outer.generation))
        }
    }
}

extension TaskIntake {
    /// What becomes of a message whose body is elsewhere and could not be fetched, or must not be.
    public func withoutBody(_ message: IncomingMessage) -> MalformedTask {
        var facts = TaskFacts(bodySHA256: Hex.encode(SHA256.hash(message.body)))
        do {
            facts.add(try TaskEnvelope(message, limits: limits))
        } catch {
            return MalformedTask(reason: error.reason, facts: facts)
        }
        return MalformedTask(reason: .bodyUnavailable, facts: facts)
    }
}

// MARK: Without these nothing can be answered

extension TaskIntake {
    private func decode(_ body: [UInt8]) throws(IntakeFault) -> OuterRequest {
        do {
            return try codec.decodeOuter(body)
        } catch {
            throw IntakeFault(error)
        }
    }

    private func target(of envelope: TaskEnvelope, _ pod: PodContext) throws(IntakeFault) -> TaskTarget {
        let target = TaskTarget(
            recipient: envelope.recipient,
            recipientMailboxID: envelope.recipientMailboxID,
            podMailboxIDs: envelope.podMailboxIDs,
            ownerUsername: pod.ownerUsername
        )
        guard let target else { throw IntakeFault(.noReplyAddress) }
        return target
    }

    private func decrypt(_ outer: OuterRequest) async throws(IntakeFault) -> DecryptedRequest {
        do {
            return try await codec.decrypt(outer, with: podKey)
        } catch {
            throw IntakeFault(error)
        }
    }
}

// MARK: The modeller can be told of these

extension TaskIntake {
    private func checkFreshness(of message: IncomingMessage, _ pod: PodContext) throws(IntakeFault) {
        guard pod.isClockTrusted else { throw IntakeFault(.untrustedClock) }
        let objection = limits.freshness.objection(to: message.timestamp, at: wallClock())
        if let objection { throw IntakeFault(objection) }
    }

    /// The target as an identifier, if this pod serves exactly that (bitfount-protocol.md, 13.4).
    private func servedIdentifier(_ target: String, _ pod: PodContext) throws(IntakeFault) -> PodIdentifier {
        guard pod.identifiers.contains(target), let identifier = try? PodIdentifier(target) else {
            throw IntakeFault(.unknownTarget)
        }
        return identifier
    }

    /// How the modeller will prove who they are, if the request asks for a proof at all
    /// (bitfount-protocol.md, 13.1 and 13.14).
    private func checkAuthentication(of outer: OuterRequest) throws(IntakeFault) -> AuditEntry.Method {
        guard !outer.hasFlowSpec else { throw IntakeFault(.flowSpec) }
        return try AuditEntry.Method(requestedBy: outer)
    }

    /// The ids of the clear part go to the Access Manager and into the audit log.
    private func checkIdentifiers(of outer: OuterRequest) throws(IntakeFault) {
        for identifier in [outer.projectID, outer.keyID].compactMap(\.self) {
            guard identifier.isPlainIdentifier(maximumBytes: limits.maximumIdentifierBytes) else {
                throw IntakeFault(.malformedRequest)
            }
        }
    }

    private func content(of decrypted: DecryptedRequest) -> Result<InnerRequest, IntakeFault> {
        decrypted.content.mapError(IntakeFault.init)
    }

    private func protocolDocument(of inner: InnerRequest) -> Result<ProtocolDocument, IntakeFault> {
        Result { () throws(TaskFormatError) in try ProtocolDocument(inner.protocolDocument) }
            .mapError(IntakeFault.init)
            .flatMap { document in
                let names = [document.className, document.aggregatorClassName].compactMap(\.self)
                let isRecordable =
                    document.algorithmClassNames.count <= limits.maximumAlgorithms
                    && (names + document.algorithmClassNames)
                        .allSatisfy { $0.isPlainIdentifier(maximumBytes: limits.maximumIdentifierBytes) }
                return isRecordable ? .success(document) : .failure(IntakeFault(.malformedProtocol))
            }
    }
}
