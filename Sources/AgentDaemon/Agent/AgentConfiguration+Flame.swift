// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
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

    /// Whose the audit log is where there is no pod: `<realm>/<node name>`. Where the configuration says neither, what it does
    /// know the node by, since a new log needs its name before anybody can be asked.
    var logOwner: String {
        switch node {
        case .name(let name, let realm): "\(Self.escaped(realm))/\(Self.escaped(name))"
        case .id(let id): "flame/\(id)"
        case .client:
            switch identity {
            case .client(let id, _), .robot(let id, _): "flame/\(Self.escaped(id))"
            }
        }
    }

    /// A name as a part of a log's name, in which slashes, spaces and plus signs have a meaning of their own.
    private static func escaped(_ name: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return name.utf8.map { plain.contains($0) ? String(UnicodeScalar($0)) : "%" + Hex.encode([$0]).uppercased() }
            .joined()
    }
}

extension AgentConfiguration {
    /// The networks that the agent is a part of.
    var networks: Set<AgentHealth.Network> {
        Set([pod.map { _ in .pod }, flame.map { _ in .flame }].compactMap { $0 })
    }
}

extension FlameConnection {
    /// Makes the ways from a configuration.
    ///
    /// - Throws: ``AgentFailure`` where a secret is missing, can't be read or is readable by others.
    init(_ configuration: FlameConfiguration, http: HTTPClient) throws(AgentFailure) {
        var limits = FlameHub.HubLimits()
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
            let realm: String? = if case .name(_, let realm) = configuration.node { realm } else { nil }
            node = try hub.session(secretFile: file) { .client(id: id, secret: $0, realm: realm) }
        case .robot(let id, let file):
            node = try hub.session(secretFile: file) { .robot(id: id, secret: $0) }
        }
        var user: FlameSession?
        if let owner = configuration.owner {
            user = try hub.session(secretFile: owner.passwordFile) {
                .password(username: owner.username, password: $0, realm: owner.realm)
            }
        }
        self.init(hub: hub, node: node, owner: user)
    }
}

extension FlameClient {
    /// A session whose secret is in a file, which is read again when Auth refuses it.
    fileprivate func session(
        secretFile file: URL,
        _ credential: @escaping @Sendable (String) -> HubCredential
    ) throws(AgentFailure) -> FlameSession {
        let secret = try CredentialsConfiguration.secret(file).reveal()
        return session(as: credential(secret)) {
            // One that can't be read any more is the refusal of the one before.
            (try? CredentialsConfiguration.secret(file).reveal()).map(credential)
        }
    }
}
