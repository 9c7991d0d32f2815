// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
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
    private let accessManager: AccessManagerCheck
    private let messages: any MessageService
    private let describe: @Sendable () -> PodDescription
    private let isConnected: @Sendable () async -> Void
    private let health: AgentHealth
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double
    private let logger: Logger

    /// - Parameters:
    ///   - describe: The pod with the datasets that are registered at that moment.
    ///   - isConnected: Called once, when the pod is registered and connected.
    init(
        registration: RegistrationService,
        heartbeat: HeartbeatService,
        mailbox: MailboxService,
        accessManager: AccessManagerCheck,
        messages: any MessageService,
        health: AgentHealth,
        clock: any Clock<Duration> = .continuous,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger,
        describe: @escaping @Sendable () -> PodDescription,
        isConnected: @escaping @Sendable () async -> Void
    ) {
        self.registration = registration
        self.heartbeat = heartbeat
        self.mailbox = mailbox
        self.accessManager = accessManager
        self.messages = messages
        self.health = health
        self.clock = clock
        self.random = random
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
                group.addTask { await accessManager.run() }
                group.addTask { await registration.watch { await connect() } }
            }
        }
    }

    /// Announces the pod and all its registered datasets; tries until it succeeds.
    private func connect() async {
        var delays = RetryDelays(random: random)
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

/// Keeps the connection to the message service for as long as anything may want to send.
struct MessageConnectionService: Service {
    /// How long calls that are under way have to end when the agent stops. A service that is silent holds them up no longer.
    static let patience: Duration = .seconds(5)

    let client: MessageServiceClient
    var clock: any Clock<Duration> = .continuous

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask {
                try await gracefulShutdown()
                client.shutDown()
                try await clock.sleep(for: Self.patience)
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
