// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Foundation
import GRPCCore

/// Connecting, polling, acknowledging and sending (bitfount-protocol.md, 7.3 to 7.7).
extension SandboxMessageService {
    func connect(_ caller: MessageServiceCaller, _ pod: Messages_PodData) throws -> Messages_SuccessResponse {
        let names = pod.datasetNames.isEmpty ? [pod.podName] : pod.datasetNames
        guard Set(names).count == names.count else { throw Self.invalid("a dataset is named twice") }
        for name in [pod.podName] + names {
            guard SandboxNames.isName(name) else { throw Self.invalid("'\(name)' is not a name") }
            guard caller.username.count + 1 + name.count <= SandboxNames.maximumIdentifierLength else {
                throw Self.invalid("'\(caller.username)/\(name)' is longer than 70 characters")
            }
        }
        guard !pod.processor.isEmpty, !pod.podOs.isEmpty, pod.cpuCount > 0, pod.totalMemoryBytes > 0 else {
            throw Self.invalid("the machine is not described")
        }
        guard pod.instanceID.isEmpty || UUID(uuidString: pod.instanceID) != nil else {
            throw Self.invalid("the instance id is not a UUID")
        }
        for name in names where !hub.isRegistered(owner: caller.username, name: name) {
            throw RPCError(code: .failedPrecondition, message: "the Hub does not know \(caller.username)/\(name)")
        }
        state.change { state in
            state.pods["\(caller.username)/\(pod.podName)"] = ConnectedPod(
                owner: caller.username,
                name: pod.podName,
                datasetNames: names,
                instanceID: pod.instanceID.isEmpty ? nil : pod.instanceID,
                connectedAt: Date()
            )
            for identifier in names.map({ "\(caller.username)/\($0)" }) where state.mailboxes[identifier] == nil {
                state.mailboxes[identifier] = SandboxMailbox(kind: .dataset, owner: caller.username)
            }
        }
        return Messages_SuccessResponse()
    }

    func nextMessage(
        _ caller: MessageServiceCaller,
        _ poll: Messages_CommunicationDetails
    ) async throws -> Messages_BitfountMessage {
        guard poll.hasMailboxID || poll.hasComputeClusterID || caller.usesAPIKey else {
            throw Self.invalid("a user who names no mailbox must name a compute cluster")
        }
        let clusterDatasets = poll.hasComputeClusterID ? try datasets(ofCluster: poll.computeClusterID, caller) : nil
        let boxes = try state.read { state in
            poll.hasMailboxID
                ? try state.mailboxes(named: poll.mailboxID, for: caller)
                : try state.mailboxesByCredential(caller, clusterDatasets: clusterDatasets)
        }
        if let message = deliver(from: boxes) { return message }
        let patience = pollPatience
        if patience > .zero {
            // That no message came in time is an answer like any other.
            try? await within(patience, "message") { [state] in
                try await state.wait { state in
                    boxes.contains { state.mailboxes[$0]?.queue.contains { $0.hiddenUntil == nil } ?? true }
                }
            }
            if let message = deliver(from: boxes) { return message }
        }
        throw RPCError(code: .notFound, message: "no message")
    }

    private func deliver(from boxes: [String]) -> Messages_BitfountMessage? {
        state.change { $0.deliver(from: boxes, now: .now, visibility: visibility) }
    }

    private func datasets(ofCluster id: String, _ caller: MessageServiceCaller) throws -> [String] {
        guard let datasets = hub.datasets(ofCluster: id, owner: caller.username) else {
            throw RPCError(code: .permissionDenied, message: "not your compute cluster")
        }
        return datasets
    }

    func acknowledge(
        _ caller: MessageServiceCaller,
        _ acknowledgement: Messages_Acknowledgement
    ) throws -> Messages_SuccessResponse {
        guard !acknowledgement.mailboxID.isEmpty, !acknowledgement.receiptHandle.isEmpty else {
            throw Self.invalid("an acknowledgement names a mailbox and a receipt")
        }
        try state.change { state in
            let boxes = try state.mailboxes(named: acknowledgement.mailboxID, for: caller)
            let receipt = acknowledgement.receiptHandle
            let message = state.remove(receipt, from: boxes)
            guard message != nil || state.acknowledgements.contains(where: { $0.receipt == receipt }) else {
                throw Self.invalid("the receipt is not of a message in \(acknowledgement.mailboxID)")
            }
            if acknowledgement.deleteMailbox {
                guard boxes.allSatisfy({ state.mailboxes[$0]?.kind != .dataset }) else {
                    throw RPCError(code: .permissionDenied, message: "only the mailbox of a task can be deleted")
                }
                boxes.forEach { state.mailboxes[$0] = nil }
            }
            state.acknowledgements.append(
                RecordedAcknowledgement(
                    at: Date(),
                    caller: caller.username,
                    mailboxID: acknowledgement.mailboxID,
                    receipt: receipt,
                    taskID: message.flatMap { $0.hasTaskID ? $0.taskID : nil },
                    deletesMailbox: acknowledgement.hasDeleteMailbox ? acknowledgement.deleteMailbox : nil
                ),
                capacity: MessageServiceState.recordCapacity
            )
        }
        return Messages_SuccessResponse()
    }

    func send(_ caller: MessageServiceCaller, _ message: Messages_BitfountMessage) throws -> Messages_SuccessResponse {
        guard message.messageType != .undefined else { throw Self.invalid("the message has no type") }
        guard message.body.count <= Self.maximumInlineBytes else { throw Self.invalid("the body is too long") }
        guard !message.timestamp.isEmpty else { throw Self.invalid("the message has no timestamp") }
        try state.change { state in
            guard let origin = state.mailboxes[message.senderMailboxID] else {
                throw RPCError(code: .failedPrecondition, message: "the sender's mailbox does not exist")
            }
            guard origin.owner == caller.username else {
                throw RPCError(code: .permissionDenied, message: "the sender's mailbox is not yours")
            }
            guard let target = state.mailboxes[message.recipientMailboxID] else {
                throw RPCError(code: .failedPrecondition, message: "the recipient's mailbox does not exist")
            }
            guard target.kind != .dataset, target.kind.taskID == origin.kind.taskID,
                message.taskID == origin.kind.taskID
            else { throw Self.invalid("sender, recipient and message are not of one task") }
            var delivered = message
            delivered.sender = try origin.sender(claimed: message.hasSender ? message.sender : nil)
            guard target.isAddressed(by: message.recipient) else {
                throw Self.invalid("the mailbox is not one of \(message.recipient)")
            }
            delivered.timestamp = Self.timestamp()
            delivered.clearReceiptHandle()
            state.enqueue(delivered, in: message.recipientMailboxID)
            state.sent.append(
                SentMessage(delivered, caller: caller.username, timestamp: message.timestamp),
                capacity: MessageServiceState.recordCapacity
            )
        }
        return Messages_SuccessResponse()
    }

    static func invalid(_ message: String) -> RPCError {
        RPCError(code: .invalidArgument, message: message)
    }
}

extension SandboxMailbox {
    /// The sender that a message from this mailbox is delivered with; a pod names the dataset it acts for.
    fileprivate func sender(claimed: String?) throws -> String {
        let own: String
        switch kind {
        case .worker(_, let identifier): own = identifier
        case .modeller, .dataset: own = owner
        }
        guard claimed == nil || claimed == own else {
            throw RPCError(code: .permissionDenied, message: "this mailbox sends for \(own)")
        }
        return own
    }

    fileprivate func isAddressed(by recipient: String) -> Bool {
        switch kind {
        case .worker(_, let identifier): recipient == identifier || recipient == owner
        case .modeller: recipient == owner
        case .dataset: false
        }
    }
}

extension MessageServiceState {
    /// The queues behind an id that the caller named: one mailbox, or all datasets of a pod.
    fileprivate func mailboxes(named id: String, for caller: MessageServiceCaller) throws -> [String] {
        if let box = mailboxes[id], box.kind != .dataset {
            guard box.owner == caller.username else {
                throw RPCError(code: .permissionDenied, message: "not your mailbox")
            }
            return [id]
        }
        if let pod = pods["\(caller.username)/\(id)"] {
            return pod.datasetNames.map { "\(caller.username)/\($0)" }
        }
        if mailboxes["\(caller.username)/\(id)"] != nil { return ["\(caller.username)/\(id)"] }
        let isForeign = pods.values.contains { $0.name == id || $0.datasetNames.contains(id) }
        throw isForeign
            ? RPCError(code: .permissionDenied, message: "not your mailbox")
            : RPCError(code: .failedPrecondition, message: "there is no mailbox '\(id)'")
    }

    /// The queues that the service finds by itself: those of a user's pods with an installation id, or of a cluster.
    fileprivate func mailboxesByCredential(_ caller: MessageServiceCaller, clusterDatasets: [String]?) throws
        -> [String]
    {
        if let clusterDatasets { return clusterDatasets.filter { mailboxes[$0] != nil } }
        let found = pods.values.filter { $0.owner == caller.username && $0.instanceID != nil }
            .flatMap { pod in pod.datasetNames.map { "\(pod.owner)/\($0)" } }
        guard !found.isEmpty else {
            throw RPCError(code: .failedPrecondition, message: "no mailbox belongs to these credentials")
        }
        return Array(Set(found))
    }
}

extension SentMessage {
    fileprivate init(_ message: Messages_BitfountMessage, caller: String, timestamp: String) {
        self.init(
            at: Date(),
            instant: .now,
            caller: caller,
            type: message.messageType.wireValue,
            body: Array(message.body),
            recipient: message.recipient,
            recipientMailboxID: message.recipientMailboxID,
            sender: message.sender,
            senderMailboxID: message.senderMailboxID,
            timestamp: timestamp,
            taskID: message.hasTaskID ? message.taskID : nil,
            abortReason: message.messageMetadata.hasReason
                ? AbortReason(rawValue: Int32(message.messageMetadata.reason.rawValue)) : nil
        )
    }
}
