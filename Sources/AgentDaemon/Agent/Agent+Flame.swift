// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography
public import FlameHub
public import FlameNode
import Foundation
import HTTPTransport
import SystemFiles

extension Agent {
    /// Does something at the FLAME node: through the agent that runs, or by itself if none does.
    ///
    /// - Throws: ``AgentFailure`` and the errors of the modules below.
    public static func perform(
        _ action: FlameAction,
        _ configuration: AgentConfiguration
    ) async throws -> FlameOutcome {
        let flame = try flameConfiguration(configuration)
        _ = try StateDirectory(configuration.stateDirectory)
        guard let store = try configuration.openUnusedStore() else {
            return try await StatusClient(configuration.status).perform(action)
        }
        let http = configuration.httpClient()
        defer { http.shutdown() }
        do {
            let entries = AgentEntries(pod: configuration.podIdentifier(owner: configuration.credentials?.username))
            let parts = try await FlameParts(
                flame.settings,
                connection: FlameConnection(flame, http: http),
                store: FlameStore(log: store),
                entry: entries.entry
            )
            let outcome = try await parts.actions.perform(action)
            try await store.close()
            return outcome
        } catch {
            try await store.close()
            throw error
        }
    }

    /// Opens the mirror of the FLAME node for reading, beside a running daemon or without one.
    public static func flameReader(_ configuration: AgentConfiguration) throws -> (FlameReader, FlameAnalysisViews) {
        let flame = try flameConfiguration(configuration)
        let reader = try FlameReader(auditReader(configuration).state)
        return (reader, FlameAnalysisViews(reader: reader, consent: flame.consent))
    }

    /// Runs calls to the FLAME Hub, as the node or as the data owner.
    ///
    /// - Parameter asOwner: Whether the calls are made as `flame.owner`.
    public static func withFlameHub<Value: Sendable>(
        _ configuration: AgentConfiguration,
        asOwner: Bool,
        _ body: (FlameSession) async throws -> Value
    ) async throws -> Value {
        let flame = try flameConfiguration(configuration)
        let http = configuration.httpClient()
        defer { http.shutdown() }
        let connection = try FlameConnection(flame, http: http)
        guard asOwner else { return try await body(connection.node) }
        guard let owner = connection.owner else {
            throw AgentFailure(.configuration, "no data owner is configured", hint: "set flame.owner")
        }
        return try await body(owner)
    }

    /// The public half of the node's key as PEM: for the Hub's page of the node.
    ///
    /// - Throws: ``AgentFailure`` with `input` if there is no usable key.
    public static func flameKey(_ configuration: AgentConfiguration) throws -> String {
        let file = SecretFile(try flameConfiguration(configuration).keyFile)
        guard try file.exists() else {
            throw AgentFailure(.input, "the node has no key yet", hint: "it is made when the agent first runs")
        }
        return try P256KeyPair(file.load()).publicKey.pem
    }

    /// The decisions that wait for the data owner.
    public static func flameApprovals(_ configuration: AgentConfiguration) throws -> FlameApprovals {
        let (reader, views) = try flameReader(configuration)
        return FlameApprovals(reader: reader, views: views, directory: configuration.stateDirectory)
    }

    /// What analyses consist of, and what the data owner saw of them.
    public static func flameConsents(_ configuration: AgentConfiguration) throws -> FlameConsents {
        let (reader, _) = try flameReader(configuration)
        return FlameConsents(reader: reader, directory: configuration.stateDirectory)
    }

    private static func flameConfiguration(_ configuration: AgentConfiguration) throws -> FlameConfiguration {
        guard let flame = configuration.flame else {
            throw AgentFailure(.configuration, "no FLAME node is configured", hint: "add the section flame")
        }
        return flame
    }
}
