import AuditLog
import FlameHub
import Foundation
import HTTPTransport
import Logging

/// The parts of a FLAME node, put together in one place; for the daemon and for single commands.
struct FlameParts: Sendable {
    let synchronizer: FlameSynchronizer
    let desk: FlameDesk
    private let configuration: FlameConfiguration
    private let store: AgentStore
    private let entries: FlameEntries
    private let key: FlameNodeKey

    init(
        _ configuration: FlameConfiguration,
        store: AgentStore,
        http: HTTPClient,
        entry: @escaping @Sendable (AuditEntryType) -> AuditEntry
    ) async throws {
        let connection = try FlameConnection(configuration, http: http)
        key = try FlameNodeKey(file: configuration.keyFile)
        entries = FlameEntries(entry: entry)
        synchronizer = FlameSynchronizer(
            store: store,
            entries: entries,
            connection: connection,
            finder: FlameNodeFinder(
                name: configuration.node,
                identity: configuration.identity,
                session: connection.node
            ),
            key: key
        )
        desk = FlameDesk(
            synchronizer: synchronizer,
            store: store,
            entries: entries,
            consent: configuration.consent,
            hasOwner: connection.owner != nil,
            key: key,
            now: { .now }
        )
        self.configuration = configuration
        self.store = store
        try await synchronizer.load()
    }

    /// Records where consent comes from, and the key if it was made just now.
    func recordStart() async throws {
        var batch = FlameBatch()
        batch.entries = [entries.consentChosen(configuration.consent)]
        if key.isNew {
            var entry = entries.entry(.keyCreated)
            entry.reference = "flame \(key.fingerprint)"
            batch.entries.append(entry)
        }
        try await store.apply(batch)
    }

    /// The loop that keeps the node in step.
    func service(health: AgentHealth, metrics: AgentMetrics, pulse: LoopPulse) -> FlameSyncService {
        FlameSyncService(
            synchronizer: synchronizer,
            store: store,
            entry: entries.entry,
            interval: configuration.interval,
            health: health,
            metrics: metrics,
            pulse: pulse
        )
    }
}

extension AgentConfiguration {
    /// What must be well for the agent to be ready.
    var healthComponents: Set<AgentHealth.Component> {
        flame == nil ? AgentHealth.Component.always : AgentHealth.Component.always.union([.flame])
    }
}
