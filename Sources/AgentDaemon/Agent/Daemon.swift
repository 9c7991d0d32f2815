import AuditLog
import Bitfount
import BitfountMessaging
import BitfountTasks
import Cryptography
import FlameNode
import Foundation
import HTTPTransport
import Health
import Logging
import ServiceLifecycle
import TaskFlow

/// All parts of a running agent, put together in one place.
struct Daemon: Sendable {
    /// The services, in the order of their start; they stop in the opposite order.
    let services: [any Service]
    private let log: AuditLog
    private let clients: AgentServices
    private let entries: AgentEntries
    private let logger: Logger

    init(_ configuration: AgentConfiguration, environment: [String: String], logger: Logger) async throws {
        let state = try StateDirectory(configuration.stateDirectory)
        let clients = try AgentServices(configuration)
        let owner = try await clients.session.username()
        let log = try await configuration.openStore(logger: logger)
        let tasks = TaskStore(log: log, limits: configuration.taskStoreLimits)
        try await log.startSigning(configuration.auditSigning(owner: owner))
        let podKey = try await PodKeyStore(privateKeyFile: configuration.pod.keyFile).loadOrGenerate()
        let instance = try InstanceID.load(from: state.url, environment: environment)

        let health = AgentHealth(components: configuration.healthComponents)
        let metrics = AgentMetrics(version: AgentVersion.current)
        let activity = LoopActivity()
        let board = DatasetBoard()
        let entries = AgentEntries(pod: "\(owner)/\(configuration.pod.name)")
        try await log.append(entries.entry(.agentStart))
        if podKey.isNew { try await log.append(entries.keyCreated(podKey.key.publicKey)) }
        health.succeeded(.audit)

        let messages = try MessageServiceClient(
            endpoint: MessageServiceEndpoint(
                url: configuration.services.environment.messageService,
                caFile: configuration.certificateAuthorityFile,
                proxy: configuration.proxy.map { .url($0) } ?? .environment
            ),
            logger: Logger(label: "messages"),
            metadata: { [session = clients.session] in try await session.messageServiceMetadata() }
        )
        let clockComparison = ClockComparison(health: health, logger: Logger(label: "clock"))
        let admission = TaskAdmission(configuration.limits.admission)
        let outbox = ReplyOutbox(
            store: tasks,
            messages: messages,
            entries: entries.tasks,
            metrics: metrics.tasks,
            policy: .init(expiry: configuration.limits.replyExpiry),
            activity: activity,
            logger: Logger(label: "outbox")
        )
        let pipeline = TaskPipeline(
            bodies: try configuration.requestBody(http: clients.http),
            intake: TaskIntake(podKey: podKey.key),
            evaluator: configuration.evaluator(clients),
            store: tasks,
            messages: messages,
            outbox: outbox,
            entries: entries.tasks,
            metrics: metrics.tasks,
            patience: configuration.limits.patience,
            pod: {
                PodContext(
                    ownerUsername: owner,
                    podName: configuration.pod.name,
                    identifiers: board.registered,
                    isClockTrusted: clockComparison.isTrusted
                )
            },
            logger: Logger(label: "tasks")
        )
        let connection = HubConnection(log: log, logger: Logger(label: "hub"), entry: entries.entry)
        let registration = RegistrationService(
            datasets: configuration.pod.datasets,
            owner: owner,
            hub: clients.hub,
            accessManager: clients.accessManager,
            podKey: podKey.key.publicKey,
            log: log,
            entries: entries,
            board: board,
            connection: connection,
            health: health,
            metrics: metrics,
            logger: Logger(label: "registration")
        )
        let notifier = SystemdNotifier(environment: environment)
        let podService = PodService(
            registration: registration,
            heartbeat: HeartbeatService(
                configuration: configuration.heartbeat,
                hub: clients.hub,
                template: Heartbeat(
                    podPublicKey: podKey.key.publicKey.openSSH,
                    instanceID: instance.uuidString.lowercased(),
                    sdkVersion: AgentVersion.agent
                ),
                board: board,
                isBusy: { await admission.activeTasks > 0 },
                connection: connection,
                clockComparison: clockComparison,
                health: health,
                metrics: metrics,
                activity: activity,
                logger: Logger(label: "heartbeat")
            ),
            mailbox: MailboxService(
                mailbox: configuration.mailbox,
                podName: configuration.pod.name,
                messages: messages,
                store: tasks,
                pipeline: pipeline,
                admission: admission,
                entries: entries.tasks,
                health: health,
                metrics: metrics.tasks,
                activity: activity,
                deadline: configuration.limits.taskDeadline,
                logger: Logger(label: "mailbox")
            ),
            messages: messages,
            health: health,
            logger: Logger(label: "pod"),
            describe: {
                PodDescription(
                    name: configuration.pod.name,
                    datasetNames: board.registeredNames,
                    instanceID: instance.uuidString.lowercased()
                )
            },
            isConnected: {
                logger.notice("the pod is registered and connected", metadata: ["pod": "\(entries.pod)"])
                notifier.ready(status: "ready")
            }
        )

        let flame = try await Self.flameNode(configuration, http: clients.http, log: log, entries: entries)
        try await flame?.recordStart()

        let startedAt = Date.now
        let statusServer = StatusServer(
            address: configuration.status.address,
            health: health,
            metrics: metrics,
            logger: Logger(label: "status"),
            audit: AuditDesk(
                log: log,
                archiveDirectory: configuration.audit.archiveDirectory,
                entry: entries.entry
            ),
            flame: flame?.actions,
            report: {
                let flameStatus = flame == nil ? nil : try? await FlameStatus.read(FlameStore(log: log).reader)
                return StatusReport(
                    version: AgentVersion.current,
                    pod: entries.pod,
                    startedAt: startedAt,
                    isReady: health.isReady,
                    components: Dictionary(
                        uniqueKeysWithValues: health.snapshot().map { ($0.key.rawValue, $0.value) }
                    ),
                    datasets: board.snapshot(),
                    activeTasks: await admission.activeTasks,
                    queuedTasks: await admission.queuedTasks,
                    audit: AuditStatus(log),
                    flame: flameStatus
                )
            }
        )
        let flameService = flame?.service(health: health, metrics: metrics.flame, activity: activity)
        services =
            [
                MessageConnectionService(client: messages), statusServer,
                AuditService(
                    log: log,
                    anchors: try configuration.anchors(http: clients.http),
                    configuration: configuration.audit,
                    logger: Logger(label: "audit")
                ),
                MaintenanceService(
                    log: log,
                    tasks: tasks,
                    patience: configuration.limits.storagePatience,
                    health: health,
                    activity: activity,
                    logger: Logger(label: "maintenance")
                ),
                DatasetSourceService(
                    datasets: configuration.pod.datasets.map {
                        .init(
                            identifier: $0.identifier(ofOwner: owner),
                            files: [$0.schemaFile, $0.csvFile].compactMap { $0 }
                        )
                    },
                    board: board,
                    metrics: metrics,
                    logger: Logger(label: "datasets")
                ),
                outbox, podService,
                WatchdogService(notifier: notifier, health: health, activity: activity),
            ] + [flameService].compactMap { $0 }
        self.log = log
        self.clients = clients
        self.entries = entries
        self.logger = logger
    }

    private static func flameNode(
        _ configuration: AgentConfiguration,
        http: HTTPClient,
        log: AuditLog,
        entries: AgentEntries
    ) async throws -> FlameParts? {
        guard let flame = configuration.flame else { return nil }
        return try await FlameParts(
            flame.settings,
            connection: FlameConnection(flame, http: http),
            store: FlameStore(log: log),
            entry: entries.entry
        )
    }

    /// Records the end and closes the store; the last thing that the agent does.
    func close(reason: String) async {
        var entry = entries.entry(.agentStop)
        entry.reason = reason
        do {
            try await log.append(entry)
        } catch {
            logger.error("the end could not be recorded: \(error)")
        }
        do {
            try await log.close()
        } catch {
            logger.error("the state database could not be closed: \(error)")
        }
        clients.http.shutdown()
    }
}
