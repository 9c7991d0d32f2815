// SPDX-License-Identifier: Apache-2.0

package import AuditLog
package import FlameHub
package import Foundation
package import Health
import Logging
package import ServiceLifecycle
import StateStore

/// The parts of a FLAME node, put together in one place; for the daemon and for single commands.
package struct FlameParts: Sendable {
    /// Does what the data owner asks.
    package let actions: FlameActions
    let synchronizer: FlameSynchronizer
    private let settings: FlameNodeSettings
    private let store: FlameStore
    private let entries: FlameEntries
    private let key: FlameNodeKey

    /// Reads what is stored, and the node's key; makes one where there is none.
    ///
    /// - Parameters:
    ///   - entry: An entry of this agent, to be filled in further.
    ///   - now: The time.
    ///   - random: Draws a number from 0 up to 1, for the waits.
    package init(
        _ settings: FlameNodeSettings,
        connection: FlameConnection,
        store: FlameStore,
        entry: @escaping @Sendable (AuditEntryType) -> AuditEntry,
        now: @escaping @Sendable () -> Date = { .now },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) async throws {
        key = try FlameNodeKey(file: settings.keyFile)
        entries = FlameEntries(entry: entry)
        synchronizer = FlameSynchronizer(
            store: store,
            entries: entries,
            connection: connection,
            finder: FlameNodeFinder(name: settings.node, identity: settings.identity, session: connection.node),
            key: key,
            consent: settings.consent,
            now: now,
            random: random
        )
        actions = FlameActions(
            synchronizer: synchronizer,
            store: store,
            entries: entries,
            consent: settings.consent,
            hasOwner: connection.owner != nil,
            key: key,
            now: now
        )
        self.settings = settings
        self.store = store
        try await synchronizer.load()
    }

    /// Records where consent comes from, and the key if it was made just now.
    package func recordStart() async throws {
        var batch = FlameBatch()
        batch.entries = [entries.consentChosen(settings.consent)]
        if key.isNew {
            var entry = entries.entry(.keyCreated)
            entry.reference = "flame \(key.fingerprint)"
            batch.entries.append(entry)
        }
        try await store.apply(batch)
        guard settings.consent == .followHub else { return }
        Logger(label: "flame").warning(
            """
            flame.consent is follow-hub: whoever the Hub lets approve decides that an analysis runs here, which need not be the \
            data owner, and what was approved can be changed at the Hub until it starts
            """
        )
    }

    /// The loop that keeps the node in step.
    package func service(health: AgentHealth, metrics: FlameMetrics, activity: LoopActivity) -> any Service {
        FlameSyncService(
            synchronizer: synchronizer,
            store: store,
            entry: entries.entry,
            interval: settings.interval,
            health: health,
            metrics: metrics,
            activity: activity
        )
    }
}

/// The ways to the FLAME Hub.
package struct FlameConnection: Sendable {
    package let hub: FlameClient
    /// What the node itself may do: read everything, report, write logs.
    package let node: FlameSession
    /// What the data owner may do besides; `nil` where none is configured.
    package let owner: FlameSession?

    package init(hub: FlameClient, node: FlameSession, owner: FlameSession?) {
        self.hub = hub
        self.node = node
        self.owner = owner
    }
}
