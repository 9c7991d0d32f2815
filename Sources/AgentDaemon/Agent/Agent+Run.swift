// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

extension Agent {
    /// Runs the daemon until it is told to stop by SIGTERM or SIGINT.
    ///
    /// - Throws: ``AgentFailure`` and the errors of the modules below where the agent can't start or must not go on; a service that
    ///   is away is no such error.
    public static func run(_ configuration: AgentConfiguration, environment: [String: String]) async throws {
        let logger = Logger(label: "agent")
        let daemon = try await Daemon(configuration, environment: environment, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: daemon.services.map {
                    .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle")
            )
        )
        do {
            try await group.run()
        } catch {
            await daemon.close(reason: "failed")
            throw error
        }
        await daemon.close(reason: "stopped")
    }
}
