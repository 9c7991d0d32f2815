// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
public import BitfountTasks
public import Cryptography
public import Foundation
import Timekeeping

/// Reads a message that asks for a task and checks all that can be checked without asking anybody.
///
/// What the order of the checks is for (bitfount-protocol.md, 9.5):
///
/// - ``open(_:body:pod:)`` looks at all that shows without the pod's key: who sends a forgery has to pay more for it than the
///   pod does.
/// - ``unseal(_:)`` decrypts the request once, also one that will be refused, so that the refusal can be sent.
/// - Nothing that depends on this pod's state or policy is looked at; the set of datasets it serves, which the Hub
///   publishes anyway, is the exception.
public struct TaskIntake: Sendable {
    private let decryption: @Sendable (OuterRequest) async throws(TaskFormatError) -> DecryptedRequest
    private let codec = TaskRequestCodec()
    private let limits: IntakeLimits
    private let signedAfter: Date?
    private let wallClock: @Sendable () -> Date

    /// An intake.
    ///
    /// - Parameters:
    ///   - podKey: the pod's private key, to which requests are encrypted.
    ///   - limits: what is believed of the message around a request.
    ///   - signedAfter: since when signed requests are accepted: earlier ones may have been answered by another pod that
    ///     had the key, which this one can't know. `nil` for no such moment.
    ///   - wallClock: the time against which the age of a message is measured.
    public init(
        podKey: RSAPrivateKey,
        limits: IntakeLimits = IntakeLimits(),
        signedAfter: Date? = nil,
        wallClock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.init(limits: limits, signedAfter: signedAfter, wallClock: wallClock) {
            outer throws(TaskFormatError) in
            try await TaskRequestCodec().decrypt(outer, with: podKey)
        }
    }

    /// An intake that decrypts as it is told.
    init(
        limits: IntakeLimits = IntakeLimits(),
        signedAfter: Date? = nil,
        wallClock: @escaping @Sendable () -> Date = { Date() },
        decryption: @escaping @Sendable (OuterRequest) async throws(TaskFormatError) -> DecryptedRequest
    ) {
        self.decryption = decryption
        self.limits = limits
        self.signedAfter = signedAfter
        self.wallClock = wallClock
    }

    /// Reads one message.
    ///
    /// - Parameters:
    ///   - message: the message as it was delivered; its own body is not looked at.
    ///   - body: the request: the message's body, or what was fetched from the address that it holds.
    ///   - pod: whose pod this is and what it serves.
    public func read(_ message: IncomingMessage, body: [UInt8], pod: PodContext) async -> IntakeResult {
        do {
            return await unseal(try open(message, body: body, pod: pod))
        } catch {
            return .malformed(error)
        }
    }

    /// Reads what shows without the pod's key.
    ///
    /// - Throws: ``MalformedTask`` if the request can't be answered.
    public func open(
        _ message: IncomingMessage,
        body: [UInt8],
        pod: PodContext
    ) throws(MalformedTask) -> SealedRequest {
        var facts = TaskFacts(bodySHA256: Hex.encode(SHA256.hash(body)))
        do throws(IntakeFault) {
            let envelope = try TaskEnvelope(message, limits: limits)
            facts.add(envelope)
            let outer = try decode(body)
            facts.add(outer, limits: limits)
            let target = try target(of: envelope, pod)
            facts.target = target.identifier
            try checkMailboxes(of: envelope, target, pod)
            let checks = Result { () throws(IntakeFault) in try check(message, outer, target, pod) }
            return SealedRequest(
                envelope: envelope,
                outer: outer,
                target: target,
                podIdentifier: servedIdentifier(target.identifier, pod),
                method: facts.method,
                pod: pod,
                facts: facts,
                objection: checks.fault?.reason
            )
        } catch {
            throw MalformedTask(reason: error.reason, facts: facts)
        }
    }

    /// Decrypts a request and checks what that shows.
    public func unseal(_ request: SealedRequest) async -> IntakeResult {
        let outer = request.outer
        let decrypted: DecryptedRequest
        do {
            decrypted = try await decrypt(outer)
        } catch {
            return .malformed(MalformedTask(reason: error.reason, facts: request.facts))
        }
        var answerable = AnswerableTask(
            envelope: request.envelope,
            target: request.target,
            cipher: TaskMessageCipher(key: decrypted.sessionKey, generation: outer.generation),
            facts: request.facts
        )
        // Read before the checks, so that the audit log can say what a refused request was about.
        let inner = content(of: decrypted)
        let document = inner.flatMap(protocolDocument)
        if case .success(let document) = document { answerable.facts.add(document) }
        do throws(IntakeFault) {
            if let objection = request.objection { throw IntakeFault(objection) }
            guard let podIdentifier = request.podIdentifier, let method = request.method else {
                throw IntakeFault(.unknownTarget)
            }
            let inner = try inner.get()
            let pods = Set(request.envelope.podMailboxIDs.keys)
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
                    pod: request.pod,
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
    ///
    /// - Parameter reason: Why it is not there.
    public func withoutBody(
        _ message: IncomingMessage,
        because reason: DecisionReason = .bodyUnavailable
    ) -> MalformedTask {
        var facts = TaskFacts(bodySHA256: Hex.encode(SHA256.hash(message.body)))
        do {
            facts.add(try TaskEnvelope(message, limits: limits))
        } catch {
            return MalformedTask(reason: error.reason, facts: facts)
        }
        return MalformedTask(reason: reason, facts: facts)
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

    /// Replies go to the one mailbox, and the other is read: neither may be another's, whoever asks for it.
    private func checkMailboxes(
        of envelope: TaskEnvelope,
        _ target: TaskTarget,
        _ pod: PodContext
    ) throws(IntakeFault) {
        guard !pod.ownsMailbox(target.workerMailboxID), !pod.ownsMailbox(envelope.modellerMailboxID),
            target.workerMailboxID != envelope.modellerMailboxID
        else { throw IntakeFault(.foreignMailbox) }
    }

    private func decrypt(_ outer: OuterRequest) async throws(IntakeFault) -> DecryptedRequest {
        do {
            return try await decryption(outer)
        } catch {
            throw IntakeFault(error)
        }
    }
}

// MARK: The modeller can be told of these

extension TaskIntake {
    /// What shows in the clear, in the order in which a modeller is told of it.
    private func check(
        _ message: IncomingMessage,
        _ outer: OuterRequest,
        _ target: TaskTarget,
        _ pod: PodContext
    ) throws(IntakeFault) {
        try checkFreshness(of: message, pod)
        guard servedIdentifier(target.identifier, pod) != nil else { throw IntakeFault(.unknownTarget) }
        let method = try checkAuthentication(of: outer)
        try checkTakeOver(message, method)
        try checkIdentifiers(of: outer)
    }

    private func checkFreshness(of message: IncomingMessage, _ pod: PodContext) throws(IntakeFault) {
        guard pod.isClockTrusted else { throw IntakeFault(.untrustedClock) }
        let objection = limits.freshness.objection(to: message.timestamp, at: wallClock())
        if let objection { throw IntakeFault(objection) }
    }

    /// A signature holds for ever, so what another pod with the same key has answered could be sent here again.
    private func checkTakeOver(_ message: IncomingMessage, _ method: AuditEntry.Method) throws(IntakeFault) {
        guard method == .signature, let signedAfter else { return }
        guard let sent = ISO8601.date(message.timestamp, missingZone: .utc), sent >= signedAfter else {
            throw IntakeFault(.signedBeforeTakeOver)
        }
    }

    /// The target as an identifier, if this pod serves exactly that (bitfount-protocol.md, 13.4).
    private func servedIdentifier(_ target: String, _ pod: PodContext) -> PodIdentifier? {
        pod.identifiers.contains(target) ? try? PodIdentifier(target) : nil
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

extension Result {
    /// The failure, if it is one.
    fileprivate var fault: Failure? {
        if case .failure(let fault) = self { fault } else { nil }
    }
}
