// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Foundation
import HTTPTransport
import Health
import Logging

/// What a running agent has open, and what all its parts share.
struct DaemonResources: Sendable {
    let configuration: AgentConfiguration
    let http: HTTPClient
    let log: AuditLog
    /// Who the pod is; `nil` without a pod.
    let account: PodAccount?
    let entries: AgentEntries
    let health: AgentHealth
    let metrics = AgentMetrics(version: AgentVersion.current)
    var activity = LoopActivity()
    let notifier: SystemdNotifier
    let logger: Logger

    /// Opens the state, which no other agent can have open by then.
    ///
    /// - Throws: ``AgentFailure`` and the errors of the modules below; nothing is left open then.
    static func open(
        _ configuration: AgentConfiguration,
        environment: [String: String],
        logger: Logger
    ) async throws -> DaemonResources {
        _ = try StateDirectory(configuration.stateDirectory)
        let health = AgentHealth(components: AgentHealth.Component.needed(by: configuration.networks))
        let http = configuration.httpClient()
        do {
            let account = try await PodAccount(configuration, http: http, health: health, logger: logger)
            return DaemonResources(
                configuration: configuration,
                http: http,
                log: try await configuration.openStore(logger: logger),
                account: account,
                entries: AgentEntries(pod: configuration.podIdentifier(owner: account?.owner)),
                health: health,
                notifier: SystemdNotifier(environment: environment),
                logger: logger
            )
        } catch {
            http.shutdown()
            throw error
        }
    }

    /// Closes the state and the connections, when a renewal of the login that is under way has ended.
    func close() async {
        await account?.clients.session.finishRenewal()
        do {
            try await log.close()
        } catch {
            logger.error("the state database could not be closed: \(error)")
        }
        http.shutdown()
    }
}
