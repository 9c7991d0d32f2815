import BitfountTasks
import Foundation
import Health
import Logging
import ServiceLifecycle
import TaskFlow
import Timekeeping

/// The pod's life: datasets registered, message service told, then heartbeats and tasks until the agent stops.
///
/// The order is the protocol's: the message service asks the Hub about a pod that connects, so registration comes first
/// (bitfount-protocol.md, 3.4).
struct PodService: Service {
    private let registration: RegistrationService
    private let heartbeat: HeartbeatService
    private let mailbox: MailboxService
    private let messages: any MessageService
    private let describe: @Sendable () -> PodDescription
    private let isConnected: @Sendable () async -> Void
    private let health: AgentHealth
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// - Parameters:
    ///   - describe: The pod with the datasets that are registered at that moment.
    ///   - isConnected: Called once, when the pod is registered and connected.
    init(
        registration: RegistrationService,
        heartbeat: HeartbeatService,
        mailbox: MailboxService,
        messages: any MessageService,
        health: AgentHealth,
        clock: any Clock<Duration> = .continuous,
        logger: Logger,
        describe: @escaping @Sendable () -> PodDescription,
        isConnected: @escaping @Sendable () async -> Void
    ) {
        self.registration = registration
        self.heartbeat = heartbeat
        self.mailbox = mailbox
        self.messages = messages
        self.health = health
        self.clock = clock
        self.logger = logger
        self.describe = describe
        self.isConnected = isConnected
    }

    /// - Throws: ``AgentFailure`` where the Hub refuses the credentials, and no other network takes the agent.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await registration.registerFirst()
            await connect()
            guard !Task.isCancelled else { return }
            await isConnected()
            await withDiscardingTaskGroup { group in
                group.addTask { await heartbeat.run() }
                group.addTask { await mailbox.run() }
                group.addTask { await registration.watch { await connect() } }
            }
        }
    }

    /// Announces the pod and all its registered datasets; tries until it succeeds.
    private func connect() async {
        var delays = RetryDelays()
        while !Task.isCancelled {
            do {
                try await messages.connect(describe())
                health.succeeded(.messageService)
                return
            } catch {
                guard error.code != .cancelled else { return }
                logger.warning("the message service does not take the pod: \(error)")
                health.failed(.messageService, "the message service does not take the pod: \(error)")
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: delays.next())
        }
    }
}
