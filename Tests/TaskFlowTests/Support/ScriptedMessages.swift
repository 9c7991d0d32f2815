// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Synchronization

@testable import TaskFlow

/// A message service in memory: keeps each mailbox in order, remembers what was done, and fails where a test says.
final class ScriptedMessages: MessageService {
    struct Acknowledgement: Sendable, Equatable {
        var receipt: String
        var mailboxID: String
        var isDeleting = false
    }

    /// What was done, in order.
    enum Event: Sendable, Equatable {
        case delivered(String)
        case acknowledged(String)
        case sent(MessageType)
    }

    struct State: Sendable {
        fileprivate var waiting: [Mailbox: [IncomingMessage]] = [:]
        fileprivate var delivered: [(mailbox: Mailbox, message: IncomingMessage)] = []
        fileprivate var pollFailures: [MessageServiceError.Code] = []
        fileprivate var acknowledgementFailures: [MessageServiceError.Code] = []
        fileprivate var sendFailures: [MessageServiceError.Code] = []
        fileprivate(set) var polls = 0
        fileprivate(set) var acknowledgements: [Acknowledgement] = []
        fileprivate(set) var sent: [OutgoingMessage] = []
        fileprivate(set) var events: [Event] = []
    }

    private struct Watcher {
        let isSatisfied: @Sendable (State) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private let state = Mutex(State())
    private let watchers = Mutex<[Watcher]>([])
    private let onSend: @Sendable (OutgoingMessage, ScriptedMessages) async -> Void

    /// - Parameter onSend: What else happens when a message is sent, before the call returns.
    init(onSend: @escaping @Sendable (OutgoingMessage, ScriptedMessages) async -> Void = { _, _ in }) {
        self.onSend = onSend
    }

    var now: State { state.withLock { $0 } }
    var sent: [OutgoingMessage] { now.sent }

    // MARK: What a test says

    /// Puts messages into a mailbox.
    func put(_ messages: IncomingMessage..., in mailbox: Mailbox = .named("hospital")) {
        change { $0.waiting[mailbox, default: []] += messages }
    }

    /// Puts back what was delivered and not acknowledged.
    func redeliver() {
        change { state in
            for (mailbox, message) in state.delivered { state.waiting[mailbox, default: []].append(message) }
            state.delivered = []
        }
    }

    func failPolls(_ codes: MessageServiceError.Code...) { change { $0.pollFailures += codes } }
    func failAcknowledgements(_ codes: MessageServiceError.Code...) { change { $0.acknowledgementFailures += codes } }
    func failSends(_ codes: MessageServiceError.Code...) { change { $0.sendFailures += codes } }

    /// Waits until the state is as a test wants it.
    func wait(until isSatisfied: @escaping @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            watchers.withLock { $0.append(Watcher(isSatisfied: isSatisfied, continuation: continuation)) }
            wakeWatchers()
        }
    }

    // MARK: What the agent does

    func connect(_ pod: PodDescription) async throws(MessageServiceError) {}

    func nextMessage(in mailbox: Mailbox) async throws(MessageServiceError) -> IncomingMessage? {
        let result: Result<IncomingMessage?, MessageServiceError> = change { state in
            state.polls += 1
            if let code = state.pollFailures.popFirst() { return .failure(Self.error(code)) }
            guard let message = state.waiting[mailbox]?.popFirst() else { return .success(nil) }
            state.delivered.append((mailbox, message))
            state.events.append(.delivered(message.receiptHandle ?? ""))
            return .success(message)
        }
        return try result.get()
    }

    func acknowledge(
        _ receipt: String,
        mailboxID: String,
        deletingMailbox: Bool
    ) async throws(MessageServiceError) {
        let result: Result<Void, MessageServiceError> = change { state in
            if let code = state.acknowledgementFailures.popFirst() { return .failure(Self.error(code)) }
            state.delivered.removeAll { $0.message.receiptHandle == receipt }
            state.acknowledgements.append(
                Acknowledgement(receipt: receipt, mailboxID: mailboxID, isDeleting: deletingMailbox)
            )
            state.events.append(.acknowledged(receipt))
            return .success(())
        }
        try result.get()
    }

    func largeObjectStorage(
        for size: Int,
        mailboxID: String,
        taskID: String?
    ) async throws(MessageServiceError) -> LargeObjectTicket {
        LargeObjectTicket(
            uploadURL: "https://storage.test/upload",
            fields: [("key", "\(mailboxID)")],
            downloadURL: "https://storage.test/download"
        )
    }

    func send(_ message: OutgoingMessage) async throws(MessageServiceError) {
        let result: Result<Void, MessageServiceError> = change { state in
            if let code = state.sendFailures.popFirst() { return .failure(Self.error(code)) }
            state.sent.append(message)
            state.events.append(.sent(message.type))
            return .success(())
        }
        try result.get()
        await onSend(message, self)
    }

    private static func error(_ code: MessageServiceError.Code) -> MessageServiceError {
        MessageServiceError(code: code, message: "scripted: \(code.rawValue)")
    }

    @discardableResult
    private func change<Value: Sendable>(_ change: (inout State) -> Value) -> Value {
        let value = state.withLock { change(&$0) }
        wakeWatchers()
        return value
    }

    private func wakeWatchers() {
        let current = now
        let satisfied = watchers.withLock { watchers in
            let satisfied = watchers.filter { $0.isSatisfied(current) }
            watchers.removeAll { $0.isSatisfied(current) }
            return satisfied
        }
        for watcher in satisfied { watcher.continuation.resume() }
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}
