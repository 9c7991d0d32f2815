import AuditLog
import Bitfount
import Cryptography
import Foundation
import Logging

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
    let store: AgentStore
    let entries: AgentEntries
    let board: DatasetBoard
    let connection: HubConnection
    let health: AgentHealth
    let metrics: AgentMetrics
    var clock: any Clock<Duration> = .continuous
    let logger: Logger

    /// Tries until at least one dataset is registered.
    ///
    /// - Throws: ``AgentFailure`` with `denied` where the Hub refuses the credentials again and again.
    func registerFirst() async throws {
        var backoff = JitteredBackoff(cap: .seconds(60))
        var refusals = 0
        while !Task.isCancelled {
            let outcome = await registerChanged()
            if outcome.registered > 0 { return }
            refusals = outcome.areCredentialsRefused ? refusals + 1 : 0
            if refusals >= Self.refusalsBeforeGivingUp {
                throw AgentFailure(
                    .denied,
                    "the Hub refuses the credentials",
                    hint: "check the username and the API key, or run `pod-agent login`"
                )
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: backoff.next())
        }
    }

    /// Registers what has changed or failed, for as long as the sequence is read; an element for each time that the set of
    /// registered datasets has grown.
    func watch(_ grown: () async -> Void) async {
        while !Task.isCancelled {
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: Self.interval)
            guard !Task.isCancelled else { return }
            let before = board.registered
            _ = await registerChanged()
            if board.registered != before { await grown() }
        }
    }

    private struct Outcome {
        var registered = 0
        var areCredentialsRefused = false
    }

    private func registerChanged() async -> Outcome {
        let pending = datasets.filter { board.needsRegistration(fingerprint(of: $0), identifier(of: $0)) }
        guard !pending.isEmpty else { return Outcome() }
        let accessManagerKey: RSAPublicKey
        do {
            accessManagerKey = try await accessManager.publicKey()
        } catch {
            for dataset in pending { board.failed(identifier(of: dataset), "the Access Manager gives no key: \(error)") }
            health.failed(.registration, "the Access Manager gives no key: \(error)")
            return Outcome()
        }
        var outcome = Outcome()
        await withTaskGroup(of: BitfountError?.self) { group in
            var waiting = pending[...]
            var running = 0
            while running > 0 || !waiting.isEmpty {
                while running < Self.concurrentRegistrations, let dataset = waiting.popFirst() {
                    running += 1
                    group.addTask { await register(dataset, accessManagerKey) }
                }
                guard let result = await group.next() else { break }
                running -= 1
                if let error = result {
                    outcome.areCredentialsRefused = outcome.areCredentialsRefused || error.code == .unauthorized
                } else {
                    outcome.registered += 1
                }
            }
        }
        report()
        return outcome
    }
}
