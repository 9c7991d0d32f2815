// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Cryptography
import Foundation
import HTTPTransport
import MessagePack

/// Plays a modeller as the genuine SDKs do: makes the request, submits it, answers challenges and waits for answers.
package struct ScriptedModeller: Sendable {
    /// Who it is.
    package let modeller: Modeller
    let connection: ModellerConnection
    let http: HTTPClient
    let hub: SandboxHub
    let messageService: SandboxMessageService
    let browser: ScriptedBrowser

    /// The username.
    package var username: String { modeller.username }

    /// Submits a task and returns what came of it.
    package func run(_ submission: TaskSubmission) async throws -> TaskOutcome {
        try await run(submission, prepared: prepare(submission))
    }

    /// Makes the requests for a task without submitting it.
    package func prepare(_ submission: TaskSubmission) async throws -> [PreparedRequest] {
        var prepared: [PreparedRequest] = []
        for target in submission.targets {
            let key = try await publicKey(of: target)
            prepared.append(try await PreparedRequest.make(for: target, key: key, submission, by: modeller))
        }
        return prepared
    }

    /// Submits a task and does not wait for what comes of it.
    package func submit(_ submission: TaskSubmission) async throws {
        _ = try await submit(prepare(submission), submission)
    }

    /// Submits requests that were made before, for instance a second time.
    package func run(_ submission: TaskSubmission, prepared: [PreparedRequest]) async throws -> TaskOutcome {
        let details = try await submit(prepared, submission)
        let conversation = TaskConversation(
            submission: submission,
            details: details,
            sessionKeys: Dictionary(
                prepared.compactMap { request in
                    request.sessionKey.map { (request.target, $0) }
                }
            ) { $1 },
            modeller: modeller,
            connection: connection,
            messageService: messageService,
            browser: browser,
            http: http
        )
        return try await conversation.outcome()
    }

    /// The pod's registered key (bitfount-protocol.md, 3.2).
    private func publicKey(of target: String) async throws -> RSAPublicKey {
        let url = try hub.url.appending(path: "api/pods/\(target)")
        let headers: HTTPHeaders = ["x-api-key-id": modeller.user.coreAPIKeyID, "x-api-key": modeller.user.coreAPIKey]
        let response = try await http.send(HTTPRequest(.get, url, headers: headers))
        guard response.status == 200,
            let value = try? JSONDecoder().decode(JSONValue.self, from: response.body),
            let text = value.objectValue?["podPublicKey"]?.stringValue
        else { throw SandboxError(.unexpectedAnswer, "the Hub answered \(response.status) about \(target)") }
        return try RSAPublicKey(text)
    }

    // MARK: Submitting

    private func submit(
        _ prepared: [PreparedRequest],
        _ submission: TaskSubmission
    ) async throws -> Messages_CommunicationDetails {
        if submission.delivery == .mailboxes { return try await submitToMailboxes(prepared, submission) }
        var setup = Messages_TaskTransferRequests()
        if let projectID = submission.projectID { setup.projectID = projectID }
        setup.podTasks = prepared.map { request in
            var podTask = Messages_TaskTransferRequest()
            podTask.podIdentifier = request.target
            podTask.contentSize = UInt32(request.storedObject(submission.generation).count)
            return podTask
        }
        let metadata = try await connection.service.setupTask(
            request: connection.request(setup, as: modeller.user),
            options: ModellerConnection.options
        )
        if let tampering = submission.tampering { messageService.tamper(withTask: metadata.taskID, tampering) }

        var start = Messages_BitfountTasks()
        start.taskID = metadata.taskID
        if let projectID = submission.projectID { start.projectID = projectID }
        for request in prepared {
            var podTask = Messages_BitfountTask()
            podTask.podIdentifier = request.target
            switch submission.delivery {
            case .inline, .mailboxes:
                podTask.encryptedTask = Data(request.body)
            case .storage:
                guard let blob = metadata.taskStorage.first(where: { $0.podIdentifier == request.target }) else {
                    throw SandboxError(.unexpectedAnswer, "there is no storage for \(request.target)")
                }
                try await upload(request.storedObject(submission.generation), blob)
                podTask.taskURL = Data(MessagePackEncoder.encode(.string(blob.downloadURL)))
            }
            start.tasks.append(podTask)
        }
        return try await connection.service.initiateTask(
            request: connection.request(start, as: modeller.user),
            options: ModellerConnection.options
        )
    }

    private func submitToMailboxes(
        _ prepared: [PreparedRequest],
        _ submission: TaskSubmission
    ) async throws -> Messages_CommunicationDetails {
        var start = Messages_BitfountTasks()
        start.taskID = SandboxIDs.uuid()
        if let tampering = submission.tampering { messageService.tamper(withTask: start.taskID, tampering) }
        start.tasks = prepared.map { request in
            var podTask = Messages_BitfountTask()
            podTask.podIdentifier = request.target
            podTask.encryptedTask = Data(request.body)
            return podTask
        }
        return try await connection.service.setupTaskMailboxes(
            request: connection.request(start, as: modeller.user),
            options: ModellerConnection.options
        )
    }

    private func upload(_ object: [UInt8], _ blob: Messages_BlobStorageData) async throws {
        guard let url = URL(string: blob.uploadURL) else {
            throw SandboxError(.unexpectedAnswer, "the upload URL is none")
        }
        let form = MultipartForm(
            fields: blob.uploadFields.map { (name: $0.key, value: $0.value) },
            file: .init(filename: "bitfount_file", content: .bytes(Data(object)))
        )
        let response = try await http.send(try await .multipart(url, form))
        guard (200...204).contains(response.status) else {
            throw SandboxError(.unexpectedAnswer, "the storage answered \(response.status) to an upload")
        }
    }
}
