import FlameHub
import Foundation
import HTTPTransport
import Logging

/// The ways to the FLAME Hub, made from a configuration; for the daemon and for single commands.
struct FlameConnection: Sendable {
    let hub: FlameClient
    /// What the node itself may do: read everything, report, write logs.
    let node: FlameSession
    /// What the data owner may do besides; `nil` where none is configured.
    let owner: FlameSession?

    /// - Throws: ``AgentFailure`` where a secret is missing, can't be read or is readable by others.
    init(_ configuration: FlameConfiguration, http: HTTPClient) throws(AgentFailure) {
        var limits = HubLimits()
        // A cycle that fails is followed by another one; patience within a cycle only delays the others.
        limits.retry.maximumAttempts = 3
        hub = FlameClient(
            auth: configuration.authURL,
            core: configuration.coreURL,
            storage: configuration.storageURL,
            http: http,
            limits: limits,
            logger: Logger(label: "flame-hub")
        )
        switch configuration.identity {
        case .client(let id, let file):
            node = hub.session(as: .client(id: id, secret: try CredentialsConfiguration.secret(file).reveal()))
        case .robot(let id, let file):
            node = hub.session(as: .robot(id: id, secret: try CredentialsConfiguration.secret(file).reveal()))
        }
        if let owner = configuration.owner {
            self.owner = hub.session(
                as: .password(
                    username: owner.username,
                    password: try CredentialsConfiguration.secret(owner.passwordFile).reveal(),
                    realm: owner.realm
                )
            )
        } else {
            owner = nil
        }
    }
}
