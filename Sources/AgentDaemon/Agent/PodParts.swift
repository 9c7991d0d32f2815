// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountMessaging
import BitfountTasks
import Cryptography
import Foundation
import Logging
import ServiceLifecycle
import TaskFlow

/// The parts of a pod, put together in one place.
struct PodParts: Sendable {
    /// The services, in the order of their start; they stop in the opposite order.
    let services: [any Service]
    /// What is known of the datasets.
    let states: DatasetStates
    /// The places for tasks.
    let admission: TaskAdmission
    /// The messages that are too long to be received.
    let oversized: OversizedMessages

    private let key: PodKeyStore.PodKey
    private let isTakenOver: Bool

    /// - Returns: `nil` where no pod is configured.
    /// - Throws: ``AgentFailure`` and the errors of the modules below, where the pod's key or what is configured can't be used.
    init?(_ resources: DaemonResources, tasks: TaskStore, environment: [String: String]) async throws {
        let configuration = resources.configuration
        guard let pod = configuration.pod, let account = resources.account else { return nil }
        key = try await PodKeyStore(privateKeyFile: pod.keyFile).loadOrGenerate()
        let use = try await tasks.noteKey(AgentEntries.sha256(of: key.key.publicKey))
        isTakenOver = use.isNew && !key.isNew
        if isTakenOver {
            resources.logger.notice(
                "the pod's key was used before: signed tasks that were sent before this moment are refused",
                metadata: ["moment": "\(use.since.formatted(.iso8601))"]
            )
        }
        let instance = try InstanceID.load(from: configuration.stateDirectory, environment: environment)
        states = DatasetStates()
        admission = TaskAdmission(configuration.limits.admission)
        let messages = try configuration.messageServiceClient { [session = account.clients.session] in
            try await session.messageServiceMetadata()
        }
        let assembly = PodAssembly(
            resources: resources,
            pod: pod,
            account: account,
            key: key.key,
            signedAfter: pod.acceptSignedAfter ?? use.since,
            instanceID: instance.uuidString.lowercased(),
            states: states,
            admission: admission,
            tasks: tasks,
            messages: messages
        )
        oversized = assembly.oversized
        let outbox = assembly.outbox()
        services = [
            MessageConnectionService(client: messages), assembly.sourceService(), outbox,
            assembly.podService(pipeline: try assembly.pipeline(outbox)),
        ]
    }

    /// Records the key if it was made just now.
    func recordStart(_ log: AuditLog, _ entries: AgentEntries) async throws {
        if key.isNew { try await log.append(entries.keyCreated(key.key.publicKey)) }
        if isTakenOver { try await log.append(entries.keyTakenOver(key.key.publicKey)) }
    }
}

extension AgentConfiguration {
    /// The way to the message service; nothing is sent before it runs.
    ///
    /// - Throws: `MessageServiceError` where address, proxy or certificate authority can't be used.
    func messageServiceClient(
        metadata: @escaping MessageServiceClient.MetadataSource
    ) throws(MessageServiceError) -> MessageServiceClient {
        try MessageServiceClient(
            endpoint: MessageServiceEndpoint(
                url: services.environment.messageService,
                caFile: certificateAuthorityFile,
                proxy: httpProxy
            ),
            logger: Logger(label: "messages"),
            metadata: metadata
        )
    }
}
