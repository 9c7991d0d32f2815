// SPDX-License-Identifier: Apache-2.0

public import AuditLog
import Foundation
import StateStore

extension Agent {
    /// Opens the audit log for reading, beside a running daemon or without one.
    ///
    /// - Throws: ``AgentFailure`` with `input` if there is no log yet; `StoreError` if it can't be read.
    public static func auditReader(_ configuration: AgentConfiguration) throws -> AuditReader {
        guard FileManager.default.fileExists(atPath: configuration.databasePath) else {
            throw AgentFailure(
                .input,
                "there is no audit log at \(configuration.databasePath)",
                hint: "it is made when the agent first runs; is state_directory right?"
            )
        }
        return try AuditReader(path: configuration.databasePath, features: AgentState.features)
    }

    /// Does something with the audit log and records it: through the agent that runs, or by itself if none does.
    ///
    /// - Throws: ``AgentFailure``; `StoreError`.
    public static func perform(
        _ action: AuditAction,
        _ configuration: AgentConfiguration
    ) async throws -> AuditOutcome {
        let reader = try auditReader(configuration)
        let isSigned = try await reader.checkpoint() != nil
        try reader.close()
        guard let store = try configuration.openUnusedStore() else {
            return try await StatusClient(configuration.status).perform(action)
        }
        do {
            // The log has its name already, so the owner's matters no more.
            let owner = configuration.credentials?.username
            if isSigned { try await store.startSigning(configuration.auditSigning(owner: owner)) }
            let handler = AuditActionHandler(
                log: store,
                archiveDirectory: configuration.audit.archiveDirectory,
                entry: AgentEntries(pod: configuration.podIdentifier(owner: owner)).entry
            )
            let outcome = try await handler.perform(action)
            try await store.checkpoint()
            try await store.close()
            return outcome
        } catch {
            try await store.close()
            throw error
        }
    }

    /// Sets the audit log aside with everything beside it, and begins a new one that says so. No agent may be running.
    ///
    /// - Parameter reason: Why, as the new log's first entry says it.
    public static func setAuditLogAside(
        _ configuration: AgentConfiguration,
        reason: String
    ) async throws -> SetAsideLog {
        guard FileManager.default.fileExists(atPath: configuration.databasePath) else {
            throw AgentFailure(.input, "there is no audit log at \(configuration.databasePath)")
        }
        guard !configuration.isStateOfAnother else {
            throw AgentFailure(
                .input,
                "the audit log belongs to another user, who could not open the new one",
                hint: "run this as the user that the agent runs as"
            )
        }
        return try await AuditLog.setAside(
            path: configuration.databasePath,
            features: AgentState.features,
            keyDirectory: configuration.auditDirectory,
            reason: reason
        )
    }
}
