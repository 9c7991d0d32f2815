// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import Foundation
import GRPCCore
import MessagePack

/// What modellers call to start a task, and the storage for large bodies (bitfount-protocol.md, 7.7 and 7.9).
extension SandboxMessageService {
    func setUpTask(
        _ caller: MessageServiceCaller,
        _ request: Messages_TaskTransferRequests
    ) throws -> Messages_TaskTransferMetadata {
        guard !request.podTasks.isEmpty else { throw Self.invalid("a task has at least one pod") }
        guard Set(request.podTasks.map(\.podIdentifier)).count == request.podTasks.count else {
            throw Self.invalid("a pod is named twice")
        }
        let taskID = SandboxIDs.uuid()
        var storageKeys: [String: String] = [:]
        var metadata = Messages_TaskTransferMetadata()
        metadata.taskID = taskID
        for podTask in request.podTasks {
            let key = "tasks/\(taskID)/\(SandboxIDs.uuid())"
            storageKeys[podTask.podIdentifier] = key
            var blob = try blob(key, contentSize: podTask.contentSize)
            blob.podIdentifier = podTask.podIdentifier
            metadata.taskStorage.append(blob)
        }
        let task = SandboxTask(
            id: taskID,
            modeller: caller.username,
            projectID: request.hasProjectID ? request.projectID : nil,
            storageKeys: storageKeys,
            downloadURLs: Dictionary(metadata.taskStorage.map { ($0.podIdentifier, $0.downloadURL) }) { $1 }
        )
        state.change { $0.tasks[taskID] = task }
        return metadata
    }

    func initiateTask(
        _ caller: MessageServiceCaller,
        _ request: Messages_BitfountTasks
    ) throws -> Messages_CommunicationDetails {
        guard let task = state.read({ $0.tasks[request.taskID] }) else {
            throw RPCError(code: .notFound, message: "there is no such task")
        }
        guard task.modeller == caller.username else {
            throw RPCError(code: .permissionDenied, message: "not your task")
        }
        guard !task.isInitiated else { throw RPCError(code: .alreadyExists, message: "the task has been started") }
        guard Set(request.tasks.map(\.podIdentifier)) == Set(task.storageKeys.keys) else {
            throw Self.invalid("the pods are not those that the task was set up for")
        }
        for podTask in request.tasks {
            guard podTask.hasTaskURL != podTask.hasEncryptedTask else {
                throw Self.invalid("a pod's task is either inline or in the storage")
            }
            guard podTask.hasTaskURL else { continue }
            let url = try? MessagePackDecoder.decode(Array(podTask.taskURL), limits: .init())
            guard let url = url?.stringValue, url == task.downloadURLs[podTask.podIdentifier] else {
                throw Self.invalid("the task's URL is not a packed download URL of this task")
            }
            guard let key = task.storageKeys[podTask.podIdentifier], storage.hasObject(key) else {
                throw RPCError(code: .failedPrecondition, message: "the task has not been uploaded")
            }
        }
        return try start(request.tasks, taskID: task.id, caller)
    }

    func setUpMailboxes(
        _ caller: MessageServiceCaller,
        _ request: Messages_BitfountTasks
    ) throws -> Messages_CommunicationDetails {
        guard !request.tasks.isEmpty else { throw Self.invalid("a task has at least one pod") }
        for podTask in request.tasks {
            guard podTask.hasEncryptedTask, podTask.encryptedTask.count <= Self.maximumInlineBytes else {
                throw Self.invalid("a pod's task is inline, and not longer than 128 KiB")
            }
        }
        return try start(request.tasks, taskID: request.taskID.isEmpty ? SandboxIDs.uuid() : request.taskID, caller)
    }

    /// Makes the mailboxes of a task and hands its requests to the pods.
    private func start(
        _ podTasks: [Messages_BitfountTask],
        taskID: String,
        _ caller: MessageServiceCaller
    ) throws -> Messages_CommunicationDetails {
        let form = recipientForm
        return try state.change { state in
            for podTask in podTasks {
                guard state.mailboxes[podTask.podIdentifier]?.kind == .dataset else {
                    throw RPCError(code: .failedPrecondition, message: "\(podTask.podIdentifier) is not connected")
                }
            }
            var details = Messages_CommunicationDetails()
            details.taskID = taskID
            details.mailboxID = SandboxIDs.uuid()
            state.mailboxes[details.mailboxID] = SandboxMailbox(
                kind: .modeller(taskID: taskID),
                owner: caller.username
            )
            for podTask in podTasks {
                let worker = SandboxIDs.uuid()
                details.podMailboxIds[podTask.podIdentifier] = worker
                state.mailboxes[worker] = SandboxMailbox(
                    kind: .worker(taskID: taskID, identifier: podTask.podIdentifier),
                    owner: String(podTask.podIdentifier.prefix { $0 != "/" })
                )
            }
            for podTask in podTasks {
                let request = Messages_BitfountMessage(podTask, details, sender: caller.username, form)
                let tampering = state.tampering[taskID]
                for _ in 0...(tampering?.extraCopies ?? 0) {
                    state.enqueue(tampering?.applied(to: request) ?? request, in: podTask.podIdentifier)
                }
            }
            state.tasks[taskID]?.isInitiated = true
            return details
        }
    }

    func largeObjectStorage(
        _ caller: MessageServiceCaller,
        _ request: Messages_LargeStorageRequest
    ) throws -> Messages_BlobStorageData {
        let box = state.read { $0.mailboxes[request.senderMailboxID] }
        guard let box, box.kind != .dataset else {
            throw RPCError(code: .failedPrecondition, message: "the sender's mailbox does not exist")
        }
        guard box.owner == caller.username else {
            throw RPCError(code: .permissionDenied, message: "the sender's mailbox is not yours")
        }
        guard !request.hasTaskID || request.taskID == box.kind.taskID else {
            throw Self.invalid("the mailbox is not of that task")
        }
        return try blob("messages/\(SandboxIDs.uuid())", contentSize: request.contentSize)
    }

    func diagnostics(
        _ caller: MessageServiceCaller,
        _ request: Messages_DiagnosticsParameters
    ) throws -> Messages_ServiceDiagnostics {
        var diagnostics = Messages_ServiceDiagnostics()
        diagnostics.testDataDownloadURL = try storage.presignDownload("diagnostics/test-data")
        return diagnostics
    }

    /// Room for one object; the announced size is an upper bound (bitfount-protocol.md, 7.9).
    private func blob(_ key: String, contentSize: UInt32) throws -> Messages_BlobStorageData {
        guard contentSize > 0, contentSize <= Self.maximumObjectBytes else {
            throw Self.invalid("the content's size must be between 1 byte and 3 GiB")
        }
        let upload = try storage.presignUpload(key, sizes: 1...Int(contentSize))
        var blob = Messages_BlobStorageData()
        blob.uploadURL = upload.url
        blob.uploadFields = upload.fields
        blob.downloadURL = try storage.presignDownload(key)
        return blob
    }
}

extension Messages_BitfountMessage {
    fileprivate init(
        _ podTask: Messages_BitfountTask,
        _ details: Messages_CommunicationDetails,
        sender: String,
        _ form: SandboxMessageService.RecipientForm
    ) {
        self.init()
        let halves = podTask.podIdentifier.split(separator: "/").map(String.init)
        messageType = .jobRequest
        body = podTask.hasTaskURL ? podTask.taskURL : podTask.encryptedTask
        recipient = form == .identifier ? podTask.podIdentifier : halves.first ?? ""
        recipientMailboxID = halves.last ?? ""
        self.sender = sender
        senderMailboxID = details.mailboxID
        timestamp = SandboxMessageService.timestamp()
        podMailboxIds = details.podMailboxIds
        taskID = details.taskID
    }
}

extension Tampering {
    fileprivate func applied(to message: Messages_BitfountMessage) -> Messages_BitfountMessage {
        var message = message
        if let timestamp { message.timestamp = timestamp }
        if let sender { message.sender = sender }
        if let recipient { message.recipient = recipient }
        if let recipientMailboxID { message.recipientMailboxID = recipientMailboxID }
        if let podMailboxIDs { message.podMailboxIds = podMailboxIDs(message.podMailboxIds) }
        if let type { message.messageType = .init(wireValue: type) }
        if let body { message.body = Data(body) }
        if let taskID { message.taskID = taskID }
        return message
    }
}
