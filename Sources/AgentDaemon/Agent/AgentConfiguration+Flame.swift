import FlameHub
import FlameNode
import Foundation
import HTTPTransport
import Health
import Logging

extension FlameConfiguration {
    /// What the node itself has to know.
    var settings: FlameNodeSettings {
        FlameNodeSettings(node: node, identity: identity, consent: consent, interval: interval, keyFile: keyFile)
    }
}

extension AgentConfiguration {
    /// What must be well for the agent to be ready.
    var healthComponents: Set<AgentHealth.Component> {
        flame == nil ? AgentHealth.Component.always : AgentHealth.Component.always.union([.flame])
    }
}

extension FlameConnection {
    /// Makes the ways from a configuration.
    ///
    /// - Throws: ``AgentFailure`` where a secret is missing, can't be read or is readable by others.
    init(_ configuration: FlameConfiguration, http: HTTPClient) throws(AgentFailure) {
        var limits = HubLimits()
        // A cycle that fails is followed by another one; patience within a cycle only delays the others.
        limits.retry.maximumAttempts = 3
        let hub = FlameClient(
            auth: configuration.authURL,
            core: configuration.coreURL,
            storage: configuration.storageURL,
            http: http,
            limits: limits,
            logger: Logger(label: "flame-hub")
        )
        let node: FlameSession
        switch configuration.identity {
        case .client(let id, let file):
            node = hub.session(as: .client(id: id, secret: try CredentialsConfiguration.secret(file).reveal()))
        case .robot(let id, let file):
            node = hub.session(as: .robot(id: id, secret: try CredentialsConfiguration.secret(file).reveal()))
        }
        var user: FlameSession?
        if let owner = configuration.owner {
            user = hub.session(
                as: .password(
                    username: owner.username,
                    password: try CredentialsConfiguration.secret(owner.passwordFile).reveal(),
                    realm: owner.realm
                )
            )
        }
        self.init(hub: hub, node: node, owner: user)
    }
}
