// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Dispatch
import Foundation
import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

extension Agent {
    /// How long the services have to end by themselves once the agent is told to stop; then their tasks are cancelled.
    static let gracefulStop: Duration = .seconds(15)
    /// How long the whole stop may take, with the state closed in it: less than the unit's `TimeoutStopSec`. What hangs then,
    /// such as a read from a network share that is away, ends with the process.
    static let longestStop: Duration = .seconds(25)

    /// Runs the daemon until it is told to stop by SIGTERM or SIGINT. SIGHUP is only logged: nothing is read again yet.
    ///
    /// - Throws: ``AgentFailure`` and the errors of the modules below where the agent can't start or must not go on; a service that
    ///   is away is no such error.
    public static func run(_ configuration: AgentConfiguration, environment: [String: String]) async throws {
        let logger = Logger(label: "agent")
        for warning in configuration.warnings { logger.warning("\(warning)") }
        // From here on a signal finds somebody: one that came while the agent starts would end it in the middle of a renewal.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let stop = StopRequest()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in signals {
                    if signal == .sighup {
                        logger.notice("SIGHUP: nothing is read again; restart the agent for a changed configuration")
                    } else {
                        logger.notice("the agent stops", metadata: ["signal": "\(signal)"])
                        endHangingStop(logger)
                        stop.request()
                    }
                }
            }
            defer { group.cancelAll() }
            try await serve(configuration, environment, stop, logger)
        }
    }

    /// Starts the daemon and runs its services to their end.
    private static func serve(
        _ configuration: AgentConfiguration,
        _ environment: [String: String],
        _ stop: StopRequest,
        _ logger: Logger
    ) async throws {
        let start = Task { try await Daemon(configuration, environment: environment, logger: logger) }
        stop.whenRequested { start.cancel() }
        let daemon: Daemon
        do {
            daemon = try await start.value
        } catch {
            // What failed because the start was given up is no failure.
            guard !stop.isRequested else { return }
            throw error
        }
        let group = ServiceGroup(
            configuration: .init(
                services: daemon.services.map {
                    .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                logger: Logger(label: "lifecycle")
            ).stopping(within: gracefulStop)
        )
        stop.whenRequested { Task { await group.triggerGracefulShutdown() } }
        do {
            // A group that was stopped before it ran can't be run any more.
            if !stop.isRequested { try await group.run() }
        } catch {
            guard !stop.isRequested else {
                logger.warning("a part of the agent did not stop well: \(error)")
                return await daemon.close(reason: "stopped")
            }
            await daemon.close(reason: "failed")
            throw error
        }
        await daemon.close(reason: "stopped")
    }

    /// Ends the process when its stop takes too long, whatever hangs.
    private static func endHangingStop(_ logger: Logger) {
        let patience = DispatchTimeInterval.milliseconds(Int(longestStop / .milliseconds(1)))
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
            logger.critical("the stop took too long and is cut short; nothing that was acknowledged is lost")
            _exit(AgentFailure.ExitCode.incomplete.rawValue)
        }
    }
}

/// The wish that the agent stop, which can come at any time, also before there is anything to stop.
private final class StopRequest: Sendable {
    private struct State {
        var isRequested = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var isRequested: Bool { state.withLock { $0.isRequested } }

    func request() {
        let action = state.withLock { state in
            state.isRequested = true
            return state.action
        }
        action?()
    }

    /// Sets what a request does, in the place of what it did before; at once if it has come already.
    func whenRequested(_ action: @escaping @Sendable () -> Void) {
        let isRequested = state.withLock { state in
            state.action = action
            return state.isRequested
        }
        if isRequested { action() }
    }
}

extension ServiceGroupConfiguration {
    fileprivate func stopping(within duration: Duration) -> ServiceGroupConfiguration {
        var configuration = self
        configuration.maximumGracefulShutdownDuration = duration
        return configuration
    }
}
