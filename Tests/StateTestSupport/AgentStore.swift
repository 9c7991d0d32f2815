// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import StateStore

@testable package import AuditLog
@testable package import FlameNode
@testable package import TaskFlow

/// The state of an agent with all its features, as tests fill it and look at it.
package final class AgentStore: Sendable {
    package static let features: [any StateComponent] = [TaskTables(), FlameTables()]

    package let log: AuditLog
    package let tasks: TaskStore

    package init(
        path: String,
        modellerNames: ModellerNames = .plain,
        limits: StoreLimits = StoreLimits(),
        taskLimits: TaskStoreLimits = TaskStoreLimits(),
        environment: StoreEnvironment = StoreEnvironment()
    ) throws(StoreError) {
        log = try AuditLog(
            path: path,
            features: Self.features,
            modellerNames: modellerNames,
            limits: limits,
            environment: environment
        )
        tasks = TaskStore(log: log, limits: taskLimits)
    }

    /// A reader of a state with all features.
    package static func reader(_ path: String) throws(StoreError) -> AuditReader {
        try AuditReader(path: path, features: features)
    }

    package var flame: FlameReader { FlameStore(log: log).reader }
    package var health: AuditLogHealth { log.health }
    package var anchorStatus: [AnchorStatus] { log.anchorStatus }

    package func close() async throws(StoreError) { try await log.close() }

    @discardableResult
    package func append(_ entry: AuditEntry) async throws(StoreError) -> RecordedEntry { try await log.append(entry) }

    package func entries(matching query: AuditQuery = AuditQuery()) -> AuditEntries { log.entries(matching: query) }

    @discardableResult
    package func startSigning(_ signing: AuditSigning) async throws(StoreError) -> SignedCheckpoint? {
        try await log.startSigning(signing)
    }

    @discardableResult
    package func checkpoint() async throws(StoreError) -> SignedCheckpoint? { try await log.checkpoint() }

    @discardableResult
    package func rotateKey() async throws(StoreError) -> RecordedEntry { try await log.rotateKey() }

    @discardableResult
    package func archive(before horizon: Date, to directory: URL) async throws(StoreError) -> ArchivedSegment? {
        try await log.archive(before: horizon, to: directory)
    }

    @discardableResult
    package func forget(modeller: String, entry: AuditEntry) async throws(StoreError) -> ForgottenModeller {
        try await log.forget(modeller: modeller, entry: entry)
    }

    package func apply(_ batch: FlameBatch) async throws(StoreError) { try await FlameStore(log: log).apply(batch) }
}
