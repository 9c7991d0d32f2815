// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Cryptography
import DatasetSchema
import Foundation
import Health
import Logging
import Metrics
import Offloading
import Timekeeping

/// Makes the datasets known to the Hub: at the start, and again when a schema has changed.
///
/// Datasets are registered side by side. One that fails does not hold up the others; it is tried again until it succeeds.
struct RegistrationService: Sendable {
    /// How often the datasets' files are looked at, and failed registrations are tried again.
    static let interval: Duration = .seconds(30)
    /// Refusals of the credentials in a row that are taken for their loss; a single one may be the Hub's own trouble.
    static let refusalsBeforeGivingUp = 3
    /// Datasets registered at once.
    static let concurrentRegistrations = 8

    let datasets: [DatasetConfiguration]
    let owner: String
    let hub: HubClient
    let accessManager: AccessManagerClient
    let podKey: RSAPublicKey
    let log: AuditLog
    let entries: AgentEntries
    let states: DatasetStates
    let availability: HubAvailability
    let health: AgentHealth
    let metrics: AgentMetrics
    var clock: any Clock<Duration> = .continuous
    var now: @Sendable () -> Date = { .now }
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    let logger: Logger

    /// Tries until at least one dataset is registered.
    ///
    /// - Throws: ``AgentFailure`` with `denied` where the Hub refuses the credentials again and again, and no other network
    ///   takes the agent.
    func registerFirst() async throws {
        var delays = RetryDelays(Backoff(cap: .seconds(60)), random: random)
        var refusals = 0
        while !Task.isCancelled {
            let outcome = await registerChanged()
            if outcome.registered > 0 { return }
            refusals = outcome.areCredentialsRefused ? refusals + 1 : 0
            if refusals >= Self.refusalsBeforeGivingUp, health.refused(by: .pod) {
                throw AgentFailure(
                    .denied,
                    "the Hub refuses the credentials",
                    hint: "check the username and the API key, or run `pod-agent login`"
                )
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: delays.next())
        }
    }

    /// Registers what has changed or failed, until the surrounding task is cancelled.
    ///
    /// - Parameter grown: Called each time that the set of registered datasets has grown.
    func watch(_ grown: () async -> Void) async {
        while !Task.isCancelled {
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: Self.interval)
            guard !Task.isCancelled else { return }
            let before = states.registered
            _ = await registerChanged()
            if states.registered != before { await grown() }
        }
    }

    private struct Outcome {
        var registered = 0
        var areCredentialsRefused = false
    }

    /// Registers the datasets whose files have changed, and those whose last registration failed.
    private func registerChanged() async -> Outcome {
        let pending = datasets.filter { states.needsRegistration(identifier(of: $0), DatasetFingerprint($0)) }
        guard !pending.isEmpty else { return Outcome() }
        let accessManagerKey: RSAPublicKey
        do {
            accessManagerKey = try await accessManager.publicKey()
        } catch {
            logger.warning("the Access Manager gives no key: \(error)")
            for dataset in pending {
                states.failed(identifier(of: dataset), "the Access Manager gives no key: \(error)")
            }
            health.failed(.registration, "the Access Manager gives no key: \(error)")
            return Outcome(areCredentialsRefused: error.code == .unauthorized)
        }
        let outcome = await registerSideBySide(pending, accessManagerKey)
        report(outcome)
        return outcome
    }

    private func registerSideBySide(_ pending: [DatasetConfiguration], _ key: RSAPublicKey) async -> Outcome {
        var outcome = Outcome()
        await withBoundedTasks(for: pending, atMost: Self.concurrentRegistrations) {
            await register($0, key)
        } finished: { error in
            if let error {
                if (error as? BitfountError)?.code == .unauthorized { outcome.areCredentialsRefused = true }
            } else {
                outcome.registered += 1
            }
        }
        return outcome
    }

    private func register(_ dataset: DatasetConfiguration, _ accessManagerKey: RSAPublicKey) async -> (any Error)? {
        let identifier = identifier(of: dataset)
        let fingerprint = DatasetFingerprint(dataset)
        do {
            let description = try await DatasetDescription.read(dataset)
            guard states.registeredSchema(of: identifier) != description.schema.sha256 else {
                // A file was touched, but the schema is still what the Hub has.
                states.registered(identifier, fingerprint, schema: description.schema.sha256, at: now())
                return nil
            }
            let answer = try await hub.register(
                description.metadata,
                podKey: podKey,
                accessManagerKey: accessManagerKey
            )
            await availability.regained()
            await record(identifier, isNew: !answer.alreadyExisted, description.schema)
            states.registered(identifier, fingerprint, schema: description.schema.sha256, at: now())
            logger.notice("a dataset is registered", metadata: ["dataset": "\(identifier)"])
            return nil
        } catch {
            let refusal = error as? BitfountError
            guard refusal?.code != .cancelled, (error as? SchemaError)?.code != .cancelled else { return error }
            logger.warning("a dataset can't be registered: \(error)", metadata: ["dataset": "\(identifier)"])
            states.failed(identifier, "registration failed: \(error)")
            if let refusal, refusal.isTransient { await availability.lost(refusal) }
            return error
        }
    }

    private func record(_ identifier: String, isNew: Bool, _ schema: PodSchema) async {
        do {
            try await log.append(entries.registered(identifier, isNew: isNew, schemaSHA256: schema.sha256))
        } catch {
            logger.error("a registration could not be recorded: \(error)")
        }
    }

    private func report(_ outcome: Outcome) {
        metrics.registeredDatasets.record(states.registered.count)
        let missing = datasets.map(identifier).filter { !states.registered.contains($0) }
        if outcome.areCredentialsRefused {
            health.failed(.credentials, "the Hub refuses the credentials")
        } else if outcome.registered > 0 {
            health.succeeded(.credentials)
        }
        if missing.isEmpty {
            health.succeeded(.registration)
        } else {
            health.failed(.registration, "not registered: \(missing.joined(separator: ", "))")
        }
    }

    private func identifier(of dataset: DatasetConfiguration) -> String { dataset.identifier(ofOwner: owner) }
}
