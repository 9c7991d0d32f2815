// SPDX-License-Identifier: Apache-2.0

import AuditLog
public import Foundation
import Logging
import OwnerPolicy
import TaskFlow

/// Puts the policy file in force: at the start, and whenever the owner asks for it.
///
/// A file with a fault changes nothing. One without is recorded before it counts, so that each decision's hash can be found in
/// the log before it.
actor PolicyReloader {
    nonisolated let rules = RulesInForce()
    private let configuration: PolicyConfiguration
    private let log: AuditLog
    private let entry: @Sendable (AuditEntryType) -> AuditEntry
    private let now: @Sendable () -> Date
    private let logger: Logger
    private var state: PolicyStatus?

    init(
        _ configuration: PolicyConfiguration,
        log: AuditLog,
        entry: @escaping @Sendable (AuditEntryType) -> AuditEntry,
        now: @escaping @Sendable () -> Date = { .now },
        logger: Logger
    ) {
        self.configuration = configuration
        self.log = log
        self.entry = entry
        self.now = now
        self.logger = logger
    }

    /// What is in force, for `status`; `nil` without a policy file.
    var status: PolicyStatus? { state }

    /// Puts the file in force at the start.
    ///
    /// - Throws: ``PolicyFileError``, `StoreError`: then the agent must not start.
    func start() async throws {
        guard let policy = try configuration.load() else { return }
        try await enforce(policy, reason: "start")
    }

    /// Reads the file again and puts it in force.
    ///
    /// - Throws: ``AgentFailure`` if there is none, or it has a fault; `StoreError` if it could not be recorded. What was in
    ///   force stays so then.
    func reload() async throws -> ReloadOutcome {
        do {
            guard let policy = try configuration.load() else {
                throw AgentFailure(
                    .input,
                    "no policy file is configured",
                    hint: "set policy.file and restart the agent"
                )
            }
            try await enforce(policy, reason: "reload")
            return ReloadOutcome(
                message: "\(policy.rules.count) rule(s) are in force, \(policy.sha256)",
                sha256: policy.sha256
            )
        } catch let error as PolicyFileError {
            state?.problem = error.description
            logger.error("the policy file is not put in force: \(error)")
            throw AgentFailure(
                .configuration,
                error.description,
                hint: "the former policy stays in force; see `pod-agent policy check`",
                underlying: error
            )
        } catch {
            if configuration.file != nil { state?.problem = AgentFailure(describing: error).message }
            throw error
        }
    }

    private func enforce(_ policy: Policy, reason: String) async throws {
        var entry = entry(.policyLoaded)
        entry.by = .operator
        entry.reason = reason
        entry.reference = "sha256:\(policy.sha256) rules:\(policy.rules.count)"
        try await log.append(entry)
        rules.replace(with: policy)
        state = PolicyStatus(
            file: configuration.file?.path ?? "",
            sha256: policy.sha256,
            rules: policy.rules.count,
            loadedAt: now(),
            problem: nil
        )
        logger.notice(
            "the policy is in force",
            metadata: ["sha256": "\(policy.sha256)", "rules": "\(policy.rules.count)"]
        )
    }
}

/// The policy that is in force, as `pod-agent status` shows it.
public struct PolicyStatus: Codable, Sendable, Equatable {
    /// The policy file.
    public var file: String
    /// The SHA-256 of what is in force, lower-case hexadecimal.
    public var sha256: String
    /// How many rules it has.
    public var rules: Int
    /// Since when it is in force.
    public var loadedAt: Date
    /// Why the file that was last asked for is not in force; `nil` if it is.
    public var problem: String?

    private enum CodingKeys: String, CodingKey {
        case file = "file"
        case sha256 = "sha256"
        case rules = "rules"
        case loadedAt = "loaded_at"
        case problem = "problem"
    }
}

/// Asks the running agent to read its policy file again.
public struct ReloadAction: Codable, Sendable, Equatable {
    /// The one action.
    public init() {}
}

/// What became of a ``ReloadAction``.
public struct ReloadOutcome: Codable, Sendable, Equatable {
    /// What happened, in a sentence.
    public var message: String
    /// The SHA-256 of the policy that is in force now.
    public var sha256: String

    private enum CodingKeys: String, CodingKey {
        case message = "message"
        case sha256 = "sha256"
    }
}
