// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Cryptography
import Foundation
import Health
import Logging
import ServiceLifecycle
import TaskFlow
import Timekeeping

/// What the parts of a pod are made of, and how each of them is made.
struct PodAssembly {
    let resources: DaemonResources
    let pod: PodConfiguration
    let account: PodAccount
    let key: RSAPrivateKey
    /// Since when signed requests are accepted.
    let signedAfter: Date
    let instanceID: String
    let states: DatasetStates
    let admission: TaskAdmission
    let oversized = OversizedMessages()
    let tasks: TaskStore
    let messages: any MessageService
    let clockComparison: ClockComparison
    let availability: HubAvailability
    let taskEntries: TaskEntries
    /// The pod's identifier, `owner/name`.
    let identifier: String
    let clock: any Clock<Duration>

    init(
        resources: DaemonResources,
        pod: PodConfiguration,
        account: PodAccount,
        key: RSAPrivateKey,
        signedAfter: Date,
        instanceID: String,
        states: DatasetStates,
        admission: TaskAdmission,
        tasks: TaskStore,
        messages: any MessageService,
        clock: any Clock<Duration> = .continuous
    ) {
        self.resources = resources
        self.pod = pod
        self.account = account
        self.key = key
        self.signedAfter = signedAfter
        self.instanceID = instanceID
        self.states = states
        self.admission = admission
        self.tasks = tasks
        self.messages = messages
        self.clock = clock
        clockComparison = ClockComparison(health: resources.health, logger: Logger(label: "clock"))
        availability = HubAvailability(
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
            health: resources.health,
            activity: resources.activity,
            logger: Logger(label: "outbox")
        )
    }

    func pipeline(_ outbox: ReplyOutbox) throws -> TaskPipeline {
        TaskPipeline(
            admission: admission,
            bodies: try configuration.requestBodyFetcher(http: resources.http),
            intake: TaskIntake(podKey: key, signedAfter: signedAfter),
            keys: ModellerKeys(hub: account.clients.hub, logger: Logger(label: "keys")),
            evaluator: configuration.evaluator(account.clients, pod, owner: account.owner),
            store: tasks,
            messages: messages,
            outbox: outbox,
            entries: taskEntries,
            metrics: resources.metrics.tasks,
            patience: configuration.limits.patience,
            pod: { [account, pod, states, clockComparison] in
                PodContext(
                    ownerUsername: account.owner,
                    podName: pod.name,
                    identifiers: states.registered,
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
            states: states,
            metrics: resources.metrics,
            logger: Logger(label: "datasets")
        )
    }

    func podService(pipeline: TaskPipeline) -> PodService {
        PodService(
            registration: registration(),
            heartbeat: heartbeat(),
            mailbox: mailbox(pipeline),
            accessManager: AccessManagerCheck(
                accessManager: account.clients.accessManager,
                health: resources.health,
                clock: clock,
                logger: Logger(label: "access-manager")
            ),
            messages: messages,
            health: resources.health,
            clock: clock,
            logger: Logger(label: "pod"),
            describe: { [pod, states, instanceID] in
                PodDescription(name: pod.name, datasetNames: states.registeredNames, instanceID: instanceID)
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
            states: states,
            availability: availability,
            health: resources.health,
            metrics: resources.metrics,
            clock: clock,
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
            states: states,
            isBusy: { [admission] in await admission.activeTasks > 0 },
            renewalProblem: { [session = account.clients.session] in await session.renewalProblem },
            availability: availability,
            clockComparison: clockComparison,
            health: resources.health,
            metrics: resources.metrics,
            activity: resources.activity,
            clock: clock,
            logger: Logger(label: "heartbeat")
        )
    }

    func mailbox(_ pipeline: TaskPipeline) -> MailboxService {
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
            oversized: oversized,
            deadline: configuration.limits.taskDeadline,
            logger: Logger(label: "mailbox")
        )
    }
}
