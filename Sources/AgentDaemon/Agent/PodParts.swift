import AuditLog
import Bitfount
import BitfountMessaging
import BitfountTasks
import Cryptography
import Foundation
import Health
import Logging
import ServiceLifecycle
import TaskFlow

/// The parts of a pod, put together in one place.
struct PodParts: Sendable {
    /// The services, in the order of their start; they stop in the opposite order.
    let services: [any Service]
    /// What is known of the datasets.
    let board: DatasetBoard
    /// The places for tasks.
    let admission: TaskAdmission

    private let key: PodKeyStore.PodKey

    /// - Returns: `nil` where no pod is configured.
    /// - Throws: ``AgentFailure`` and the errors of the rooms below, where the pod's key or what is configured can't be used.
    init?(_ resources: DaemonResources, tasks: TaskStore, environment: [String: String]) async throws {
        let configuration = resources.configuration
        guard let pod = configuration.pod, let account = resources.account else { return nil }
        key = try await PodKeyStore(privateKeyFile: pod.keyFile).loadOrGenerate()
        let instance = try InstanceID.load(from: configuration.stateDirectory, environment: environment)
        board = DatasetBoard()
        admission = TaskAdmission(configuration.limits.admission)
        let messages = try configuration.messageServiceClient { [session = account.clients.session] in
            try await session.messageServiceMetadata()
        }
        let assembly = PodAssembly(
            resources: resources,
            pod: pod,
            account: account,
            key: key.key,
            instanceID: instance.uuidString.lowercased(),
            board: board,
            admission: admission,
            tasks: tasks,
            messages: messages
        )
        let outbox = assembly.outbox()
        services = [
            MessageConnectionService(client: messages), assembly.sourceService(), outbox,
            assembly.podService(pipeline: try assembly.pipeline(outbox)),
        ]
    }

    /// Records the key if it was made just now.
    func recordStart(_ log: AuditLog, _ entries: AgentEntries) async throws {
        if key.isNew { try await log.append(entries.keyCreated(key.key.publicKey)) }
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
                proxy: proxy.map { .url($0) } ?? .environment
            ),
            logger: Logger(label: "messages"),
            metadata: metadata
        )
    }
}

/// What the parts of a pod are made of, and how each of them is made.
private struct PodAssembly {
    let resources: DaemonResources
    let pod: PodConfiguration
    let account: PodAccount
    let key: RSAPrivateKey
    let instanceID: String
    let board: DatasetBoard
    let admission: TaskAdmission
    let tasks: TaskStore
    let messages: MessageServiceClient
    let clockComparison: ClockComparison
    let connection: HubConnection
    let taskEntries: TaskEntries
    let identifier: String

    init(
        resources: DaemonResources,
        pod: PodConfiguration,
        account: PodAccount,
        key: RSAPrivateKey,
        instanceID: String,
        board: DatasetBoard,
        admission: TaskAdmission,
        tasks: TaskStore,
        messages: MessageServiceClient
    ) {
        self.resources = resources
        self.pod = pod
        self.account = account
        self.key = key
        self.instanceID = instanceID
        self.board = board
        self.admission = admission
        self.tasks = tasks
        self.messages = messages
        clockComparison = ClockComparison(health: resources.health, logger: Logger(label: "clock"))
        connection = HubConnection(
            log: resources.log,
            logger: Logger(label: "hub"),
            entry: resources.entries.entry
        )
        identifier = "\(account.owner)/\(pod.name)"
        taskEntries = TaskEntries(pod: identifier, agent: AgentVersion.agent)
    }

    private var configuration: AgentConfiguration { resources.configuration }

    func outbox() -> ReplyOutbox {
        ReplyOutbox(
            store: tasks,
            messages: messages,
            entries: taskEntries,
            metrics: resources.metrics.tasks,
            policy: .init(expiry: configuration.limits.replyExpiry),
            activity: resources.activity,
            logger: Logger(label: "outbox")
        )
    }

    func pipeline(_ outbox: ReplyOutbox) throws -> TaskPipeline {
        TaskPipeline(
            bodies: try configuration.requestBody(http: resources.http),
            intake: TaskIntake(podKey: key),
            evaluator: configuration.evaluator(account.clients, pod),
            store: tasks,
            messages: messages,
            outbox: outbox,
            entries: taskEntries,
            metrics: resources.metrics.tasks,
            patience: configuration.limits.patience,
            pod: { [account, pod, board, clockComparison] in
                PodContext(
                    ownerUsername: account.owner,
                    podName: pod.name,
                    identifiers: board.registered,
                    isClockTrusted: clockComparison.isTrusted
                )
            },
            logger: Logger(label: "tasks")
        )
    }

    func sourceService() -> DatasetSourceService {
        DatasetSourceService(
            datasets: pod.datasets.map {
                .init(identifier: $0.identifier(ofOwner: account.owner), files: $0.files)
            },
            board: board,
            metrics: resources.metrics,
            logger: Logger(label: "datasets")
        )
    }

    func podService(pipeline: TaskPipeline) -> PodService {
        PodService(
            registration: registration(),
            heartbeat: heartbeat(),
            mailbox: mailbox(pipeline),
            messages: messages,
            health: resources.health,
            logger: Logger(label: "pod"),
            describe: { [pod, board, instanceID] in
                PodDescription(name: pod.name, datasetNames: board.registeredNames, instanceID: instanceID)
            },
            isConnected: { [identifier, logger = resources.logger, notifier = resources.notifier] in
                logger.notice("the pod is registered and connected", metadata: ["pod": "\(identifier)"])
                notifier.ready(status: "ready")
            }
        )
    }

    private func registration() -> RegistrationService {
        RegistrationService(
            datasets: pod.datasets,
            owner: account.owner,
            hub: account.clients.hub,
            accessManager: account.clients.accessManager,
            podKey: key.publicKey,
            log: resources.log,
            entries: resources.entries,
            board: board,
            connection: connection,
            health: resources.health,
            metrics: resources.metrics,
            logger: Logger(label: "registration")
        )
    }

    private func heartbeat() -> HeartbeatService {
        HeartbeatService(
            configuration: configuration.heartbeat,
            hub: account.clients.hub,
            template: Heartbeat(
                podPublicKey: key.publicKey.openSSH,
                instanceID: instanceID,
                sdkVersion: AgentVersion.agent
            ),
            board: board,
            isBusy: { [admission] in await admission.activeTasks > 0 },
            connection: connection,
            clockComparison: clockComparison,
            health: resources.health,
            metrics: resources.metrics,
            activity: resources.activity,
            logger: Logger(label: "heartbeat")
        )
    }

    private func mailbox(_ pipeline: TaskPipeline) -> MailboxService {
        MailboxService(
            mailbox: configuration.mailbox(of: pod),
            podName: pod.name,
            messages: messages,
            store: tasks,
            pipeline: pipeline,
            admission: admission,
            entries: taskEntries,
            health: resources.health,
            metrics: resources.metrics.tasks,
            activity: resources.activity,
            deadline: configuration.limits.taskDeadline,
            logger: Logger(label: "mailbox")
        )
    }
}
