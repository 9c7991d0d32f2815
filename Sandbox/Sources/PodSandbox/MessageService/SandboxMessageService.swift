// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
package import BitfountTasks
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import SwiftProtobuf

/// The stand-in of the message service (bitfount-protocol.md, 7).
package final class SandboxMessageService: Sendable {
    /// How a request names its recipient (bitfount-protocol.md, 7.7).
    package enum RecipientForm: Sendable {
        /// The dataset's identifier, as new services do.
        case identifier
        /// The dataset owner's username, as old services did.
        case owner
    }

    /// Bodies longer than this must go through the storage, in bytes (bitfount-protocol.md, 7.9); what is left
    /// is room for the seal.
    static let maximumInlineBytes = 128 * 1024 + 64
    /// The largest object, in bytes (bitfount-protocol.md, 7.9).
    static let maximumObjectBytes = 3 << 30

    /// What goes wrong.
    package let faults = CallFaultPlan()

    let directory: SandboxDirectory
    let hub: SandboxHub
    let storage: SandboxObjectStorage
    let visibility: Duration
    let state = Observed(MessageServiceState())
    let connections = MessageServiceConnections()
    private let settings: Observed<Settings>

    private struct Settings: Sendable {
        var recipientForm = RecipientForm.identifier
        var pollPatience = Duration.zero
    }

    /// - Parameter visibility: How long a delivered message stays hidden before it is delivered again.
    init(directory: SandboxDirectory, hub: SandboxHub, storage: SandboxObjectStorage, visibility: Duration) {
        self.directory = directory
        self.hub = hub
        self.storage = storage
        self.visibility = visibility
        settings = Observed(Settings())
    }

    /// How requests name their recipient from now on.
    package var recipientForm: RecipientForm {
        get { settings.read { $0.recipientForm } }
        set { settings.change { $0.recipientForm = newValue } }
    }

    /// How long a poll waits for a message before it is answered with "nothing there"; the real service is taken not
    /// to wait at all. Measurements set it, so that a request is handed out as soon as it is there.
    package var pollPatience: Duration {
        get { settings.read { $0.pollPatience } }
        set { settings.change { $0.pollPatience = newValue } }
    }

    // MARK: What happened

    /// The calls so far, oldest first.
    package func calls(_ method: String? = nil) -> [RecordedCall] {
        state.read { state in state.calls.filter { method == nil || $0.method == method } }
    }

    /// Every message that was sent, oldest first.
    package var sentMessages: [SentMessage] { state.read { $0.sent } }

    /// When the request of each task was handed out first.
    package var handedOut: [String: ContinuousClock.Instant] { state.read { $0.handedOut } }

    /// Every acknowledgement, oldest first.
    package var acknowledgements: [RecordedAcknowledgement] { state.read { $0.acknowledgements } }

    /// The pods that are connected.
    package var connectedPods: [ConnectedPod] { state.read { Array($0.pods.values) } }

    /// Waits until the pod `owner/name` has connected.
    package func waitForPod(_ identifier: String, atMost limit: Duration = .seconds(20)) async throws -> ConnectedPod {
        try await within(limit, "PodConnect of \(identifier)") { [state] in
            try await state.first { $0.pods[identifier] }
        }
    }

    /// Waits until a message that fits has been sent.
    package func waitForMessage(
        atMost limit: Duration = .seconds(20),
        where fits: @escaping @Sendable (SentMessage) -> Bool
    ) async throws -> SentMessage {
        try await within(limit, "such message") { [state] in
            try await state.first { $0.sent.first(where: fits) }
        }
    }

    /// Waits until the message service's records fulfil a condition on its acknowledgements.
    package func waitForAcknowledgements(
        atMost limit: Duration = .seconds(20),
        where fits: @escaping @Sendable ([RecordedAcknowledgement]) -> Bool
    ) async throws {
        try await within(limit, "such acknowledgements") { [state] in
            try await state.wait { fits($0.acknowledgements) }
        }
    }

    /// Waits until no message is left in the queues of `owner`'s datasets.
    package func waitUntilDrained(owner: String, atMost limit: Duration = .seconds(60)) async throws {
        try await within(limit, "empty queues") { [state] in
            try await state.wait { state in
                state.mailboxes.values.allSatisfy { $0.owner != owner || $0.kind != .dataset || $0.queue.isEmpty }
            }
        }
    }

    /// Whether the mailbox is still there.
    package func hasMailbox(_ id: String) -> Bool {
        state.read { $0.mailboxes[id] != nil }
    }

    /// Returns when a message waits in the mailbox (a dataset is named by its identifier), or when the mailbox is gone.
    package func waitForArrival(in mailbox: String) async throws {
        try await state.wait { state in
            state.mailboxes[mailbox].map { box in box.queue.contains { $0.hiddenUntil == nil } } ?? true
        }
    }

    // MARK: What can be done to it

    /// Makes every delivered but unacknowledged message deliverable at once, as if its time had passed.
    package func expireDeliveries() {
        state.change { state in
            for box in state.mailboxes.keys {
                for index in state.mailboxes[box]?.queue.indices ?? 0..<0 {
                    state.mailboxes[box]?.queue[index].hiddenUntil = nil
                }
            }
        }
    }

    /// Changes the requests of a task that is set up but not initiated yet.
    package func tamper(withTask taskID: String, _ tampering: Tampering) {
        state.change { $0.tampering[taskID] = tampering }
    }

    /// Puts a message of any type straight into a dataset's queue, as the Hub does (bitfount-protocol.md, 11).
    package func inject(
        type: MessageType,
        body: [UInt8],
        into identifier: String,
        sender: String? = nil,
        taskID: String? = nil
    ) {
        state.change { state in
            var message = Messages_BitfountMessage()
            message.messageType = .init(wireValue: type)
            message.body = Data(body)
            message.recipient = identifier
            message.recipientMailboxID = identifier.split(separator: "/").last.map(String.init) ?? identifier
            if let sender { message.sender = sender }
            if let taskID { message.taskID = taskID }
            message.timestamp = Self.timestamp()
            state.enqueue(message, in: identifier)
        }
    }

    /// Closes every connection.
    package func dropConnections() {
        connections.dropAll()
    }

    static func timestamp(_ date: Date = Date()) -> String {
        date.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)
        )
    }
}

extension Messages_BitfountMessage.MessageType {
    init(wireValue type: MessageType) {
        self = Messages_BitfountMessage.MessageType(rawValue: Int(type.rawValue)) ?? .UNRECOGNIZED(Int(type.rawValue))
    }

    var wireValue: MessageType { MessageType(rawValue: Int32(truncatingIfNeeded: rawValue)) }
}
