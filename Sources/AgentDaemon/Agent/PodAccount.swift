// SPDX-License-Identifier: Apache-2.0

import Bitfount
import HTTPTransport
import Health
import Logging

/// Who the pod is to Bitfount's services, and the ways to them.
struct PodAccount: Sendable {
    let clients: AgentClients
    /// The username of the pod's owner.
    let owner: String

    /// Reads the credentials and finds out whose they are.
    ///
    /// A login that can't be renewed at the moment is no reason to end while the identity provider may come back, or there is a
    /// FLAME node to go on for: the configuration or the stored login says whose the pod is, and calls fail until it is renewed or
    /// somebody logs in again.
    ///
    /// - Returns: `nil` without a pod.
    /// - Throws: ``AgentFailure`` where credentials are missing or can't be read; `BitfountError` where the owner can't be told.
    init?(_ configuration: AgentConfiguration, http: HTTPClient, health: AgentHealth, logger: Logger) async throws {
        guard configuration.pod != nil else { return nil }
        let credentials = try configuration.requiredCredentials()
        clients = AgentClients(configuration, as: try credentials.load(), http: http)
        do {
            owner = try await clients.session.username()
        } catch {
            guard configuration.flame != nil || error.isTransient, error.code != .wrongUser,
                let known = try credentials.knownUsername(for: configuration.services.environment)
            else {
                // What the tenant has sent by now must not be lost with the process.
                await clients.session.finishRenewal()
                throw error
            }
            logger.error("the login at Bitfount can't be used yet: \(error)")
            health.failed(.credentials, "the login can't be used: \(error)")
            owner = known
        }
    }
}

extension CredentialsConfiguration {
    /// The owner's username as far as this machine knows it.
    fileprivate func knownUsername(for environment: BitfountEnvironment) throws -> String? {
        if let username { return username }
        guard case .tokenFile(let file) = source else { return nil }
        return try TokenFile(url: file).load(for: LoginSettings(environment: environment))?.username
    }
}
