// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Cryptography
import Foundation
import GRPCCore
import HTTPTransport
import MessagePack

/// The exchange between a modeller and the pods of one task, from the moment it is started.
struct TaskConversation: Sendable {
    let submission: TaskSubmission
    let details: Messages_CommunicationDetails
    /// The key of each pod, by its identifier.
    let sessionKeys: [String: SessionKey]
    let modeller: Modeller
    let connection: ModellerConnection
    let messageService: SandboxMessageService
    let browser: ScriptedBrowser
    let http: HTTPClient

    /// Waits for the answers of all pods, but no longer than the modeller's patience.
    func outcome() async throws -> TaskOutcome {
        let outcome = Observed(
            TaskOutcome(taskID: details.taskID, answers: Dictionary(submission.targets.map { ($0, .none) }) { $1 })
        )
        do {
            try await within(submission.patience, "answer") {
                while outcome.read({ $0.answers.values.contains(.none) }) {
                    try await messageService.waitForArrival(in: details.mailboxID)
                    guard let message = try await nextMessage() else { continue }
                    let answer = try await handle(message)
                    outcome.change { $0.add(message.messageType.wireValue, answer, of: message.sender) }
                }
            }
        } catch let error as SandboxError where error.code == .timedOut {
            // Silence is an outcome like any other.
        }
        if submission.awaitsResults { return try await results(after: outcome.read { $0 }) }
        try await sayGoodbye(outcome.read { $0 })
        return outcome.read { $0 }
    }

    /// Starts the task when the pod does, takes the first result, and says that the task is complete; or reads that it was given up.
    private func results(after decision: TaskOutcome) async throws -> TaskOutcome {
        guard decision.answers.values.contains(.accepted) else { return decision }
        let outcome = Observed(decision)
        do {
            try await within(submission.patience, "result") {
                while outcome.read({ $0.results.isEmpty && $0.abort == nil }) {
                    try await messageService.waitForArrival(in: details.mailboxID)
                    guard let message = try await nextMessage(), let key = sessionKeys[message.sender] else { continue }
                    let packed = try key.open(try await content(of: message))
                    let value = try submission.generation.unpack(packed, limits: .taskMessage, part: .message)
                    outcome.change { $0.received.append(message.messageType.wireValue) }
                    switch message.messageType {
                    case .taskStart: try await send(.taskStart, .null, to: message)
                    case .evaluationResults:
                        outcome.change { $0.results.append(value) }
                        try await send(.taskComplete, .null, to: message)
                    case .taskAbort:
                        let reason = message.messageMetadata.hasReason ? message.messageMetadata.reason.rawValue : nil
                        let abort = ModellerReading(generation: submission.generation).abort(value, reason: reason)
                        outcome.change { $0.abort = abort }
                    default: break
                    }
                }
            }
        } catch let error as SandboxError where error.code == .timedOut {
            // Silence is an outcome like any other.
        }
        return outcome.read { $0 }
    }

    /// The body of a message, fetched from where it lies if it is too long for the message.
    private func content(of message: Messages_BitfountMessage) async throws -> [UInt8] {
        let body = Array(message.body)
        guard let address = try? MessagePackDecoder.decode(body).stringValue, let url = URL(string: address) else {
            return body
        }
        let response = try await http.send(HTTPRequest(.get, url))
        guard response.status == 200 else {
            throw SandboxError(.unexpectedAnswer, "the storage answered \(response.status) about a result")
        }
        return LargeObjectContent.unwrap(Array(response.body))
    }

    private func nextMessage() async throws -> Messages_BitfountMessage? {
        var poll = Messages_CommunicationDetails()
        poll.mailboxID = details.mailboxID
        let message: Messages_BitfountMessage
        do {
            message = try await connection.service.getBitfountMessage(
                request: connection.request(poll, as: modeller.user),
                options: ModellerConnection.options
            )
        } catch let error as RPCError where error.code == .notFound {
            return nil
        }
        var acknowledgement = Messages_Acknowledgement()
        acknowledgement.mailboxID = details.mailboxID
        acknowledgement.receiptHandle = message.receiptHandle
        acknowledgement.deleteMailbox = false
        _ = try await connection.service.acknowledgeMessage(
            request: connection.request(acknowledgement, as: modeller.user),
            options: ModellerConnection.options
        )
        return message
    }

    /// What a message decides, if anything; challenges are answered on the way.
    private func handle(_ message: Messages_BitfountMessage) async throws -> TaskOutcome.Answer? {
        guard message.messageType != .onlineCheck else {
            if submission.conduct != .silent { try await reply(.onlineResponse, sealed: message.body, to: message) }
            return nil
        }
        // The key is looked up by the sender, byte for byte (bitfount-protocol.md, 7.7).
        guard let key = sessionKeys[message.sender] else { return .unintelligible("no key for \(message.sender)") }
        let value: MessagePackValue
        do {
            value = try submission.generation.unpack(
                try key.open(Array(message.body)),
                limits: .taskMessage,
                part: .message
            )
        } catch {
            return .unintelligible("the body can't be opened")
        }
        switch message.messageType {
        case .jobAccept, .jobReject:
            return ModellerReading(generation: submission.generation).answer(value, from: message.sender)
        case .taskAbort:
            let reason = message.messageMetadata.hasReason ? message.messageMetadata.reason.rawValue : nil
            return ModellerReading(generation: submission.generation).abort(value, reason: reason)
        case .oidcChallenge, .samlRequest:
            try await prove(value, challengedBy: message)
            return nil
        default:
            return nil
        }
    }

    private func prove(_ challenge: MessagePackValue, challengedBy message: Messages_BitfountMessage) async throws {
        switch submission.conduct {
        case .silent, .onlineButSilent:
            return
        case .cancels:
            try await send(.taskCancel, .null, to: message)
        default:
            let proof = ProofOfIdentity(
                username: modeller.username,
                conduct: submission.conduct,
                authentication: submission.authentication,
                browser: browser
            )
            let prepared = try await proof.prepare(challenge)
            try await send(prepared.type, prepared.value, to: message)
            try await prepared.afterwards()
        }
    }

    /// An accepted modeller says that the task is over, so that its mailboxes go away.
    private func sayGoodbye(_ outcome: TaskOutcome) async throws {
        for (target, answer) in outcome.answers where answer == .accepted {
            guard let worker = details.podMailboxIds[target] else { continue }
            var message = Messages_BitfountMessage()
            message.sender = target
            message.senderMailboxID = worker
            try await send(.taskComplete, .null, to: message)
        }
    }

    private func send(_ type: MessageType, _ value: MessagePackValue, to peer: Messages_BitfountMessage) async throws {
        guard let key = sessionKeys[peer.sender] else { return }
        let sealed = try key.seal(try submission.generation.pack(value))
        try await reply(type, sealed: Data(sealed), to: peer)
    }

    private func reply(_ type: MessageType, sealed: Data, to peer: Messages_BitfountMessage) async throws {
        var message = Messages_BitfountMessage()
        message.messageType = .init(wireValue: type)
        message.body = sealed
        message.recipient = peer.sender
        message.recipientMailboxID = peer.senderMailboxID
        message.senderMailboxID = details.mailboxID
        message.timestamp = SandboxMessageService.timestamp()
        message.taskID = details.taskID
        do {
            _ = try await connection.service.sendBitfountMessage(
                request: connection.request(message, as: modeller.user),
                options: ModellerConnection.options
            )
        } catch let error as RPCError where error.code == .failedPrecondition {
            // The pod has deleted its mailbox: it is done with the task.
        }
    }
}

extension TaskOutcome {
    fileprivate mutating func add(_ type: MessageType, _ answer: Answer?, of target: String) {
        received.append(type)
        guard let answer else { return }
        if answers[target] == TaskOutcome.Answer.none {
            answers[target] = answer
        } else {
            surplusAnswers += 1
        }
    }
}
