// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import StateStore

/// A message as it came from the message service, kept before it is acknowledged. The store doesn't look into it.
struct StoredMessage: Sendable, Hashable {
    /// The service's handle for acknowledging this delivery; empty if it gave none.
    var receiptHandle: String
    /// The mailbox that it came from.
    var mailboxID: String
    /// The task id on the envelope.
    var taskID: String?
    /// The sender on the envelope; not authenticated.
    var sender: String
    /// The whole message in the caller's own encoding. Two deliveries of one message should give the same bytes, so
    /// leave the receipt handle out of it.
    var payload: [UInt8]

    /// Creates a message.
    init(receiptHandle: String, mailboxID: String, taskID: String?, sender: String, payload: [UInt8]) {
        self.receiptHandle = receiptHandle
        self.mailboxID = mailboxID
        self.taskID = taskID
        self.sender = sender
        self.payload = payload
    }
}

extension StoredMessage: CustomStringConvertible {
    /// The mailbox and the size; nothing of the content.
    var description: String { "message of \(payload.count) bytes in mailbox \(mailboxID)" }
}

/// The number of a reply in the agent's outbox; never used twice.
struct ReplyID: Sendable, Hashable, CustomStringConvertible {
    /// What a reply announces; each kind has numbers of its own.
    enum Kind: Sendable, Hashable {
        /// A decision.
        case decision
        /// The end of a task that a runner got.
        case abort

        var table: String {
            switch self {
            case .decision: "outbox"
            case .abort: "handoff_abort"
            }
        }
    }

    let rawValue: Int64
    let kind: Kind

    init(_ rawValue: Int64, _ kind: Kind = .decision) {
        self.rawValue = rawValue
        self.kind = kind
    }

    /// The number, as entries name it.
    var description: String {
        switch kind {
        case .decision: String(rawValue)
        case .abort: "abort-\(rawValue)"
        }
    }
}

/// A reply in the caller's own encoding, complete: sending it again must give the same bytes to the modeller.
struct StoredReply: Sendable, Hashable, CustomStringConvertible {
    /// The encoded reply.
    var bytes: [UInt8]

    /// Creates a reply.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How the entry that decides names the reply that announces it.
    var entryReference: String { "reply sha256:\(Hex.encode(SHA256.hash(bytes)))" }

    /// The size; nothing of the content.
    var description: String { "reply of \(bytes.count) bytes" }
}

/// A reply that is durable and has not been sent, or has to be sent again.
struct PendingReply: Sendable, Hashable {
    /// The reply's row.
    let id: ReplyID
    /// The message that it answers.
    let inboxID: InboxID
    /// What to send.
    let reply: StoredReply
    /// How often sending failed.
    let attempts: Int
    /// Not to be tried before this moment.
    let nextAttempt: Date
    /// When the decision that it announces was made.
    let decidedAt: Date
}

extension StoredMessage {
    /// The form in which a message is kept until it is decided.
    ///
    /// Two deliveries of one message give the same bytes: the receipt is left out, and keys are sorted.
    init(keeping message: IncomingMessage) throws(StoreError) {
        var content = message
        content.receiptHandle = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            self.init(
                receiptHandle: message.receiptHandle ?? "",
                mailboxID: message.recipientMailboxID,
                taskID: message.taskID,
                sender: message.sender ?? "",
                payload: [UInt8](try encoder.encode(content))
            )
        } catch {
            throw StoreError(.constraint, "The message can't be encoded.", underlying: error)
        }
    }

    /// Whether bytes are what ``init(keeping:)`` writes.
    static func isReadable(_ payload: Data) -> Bool {
        (try? JSONDecoder().decode(IncomingMessage.self, from: payload)) != nil
    }

    /// The message as it was received.
    ///
    /// - Throws: ``StoreError/Code/damaged`` if it is not what was kept.
    func incomingMessage() throws(StoreError) -> IncomingMessage {
        do {
            return try JSONDecoder().decode(IncomingMessage.self, from: Data(payload))
        } catch {
            throw StoreError(.damaged, "A kept message can't be read.", underlying: error)
        }
    }
}

extension StoredReply {
    /// The form in which a reply is kept until it is sent, and sent again: its messages in the order of sending.
    init(_ messages: [OutgoingMessage]) throws(StoreError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            self.init(bytes: [UInt8](try encoder.encode(messages)))
        } catch {
            throw StoreError(.constraint, "The reply can't be encoded.", underlying: error)
        }
    }

    /// The messages to send, in order; at least one.
    ///
    /// - Throws: ``StoreError/Code/damaged`` if they are not what was kept.
    func outgoingMessages() throws(StoreError) -> [OutgoingMessage] {
        let messages: [OutgoingMessage]
        do {
            messages = try JSONDecoder().decode([OutgoingMessage].self, from: Data(bytes))
        } catch {
            throw StoreError(.damaged, "A kept reply can't be read.", underlying: error)
        }
        guard !messages.isEmpty else { throw StoreError(.damaged, "A kept reply holds no message.") }
        return messages
    }
}
