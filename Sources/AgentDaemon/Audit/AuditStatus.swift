// SPDX-License-Identifier: Apache-2.0

import AuditLog
public import Foundation
import StateStore

/// How far the audit log is, and how far others have seen it.
public struct AuditStatus: Codable, Sendable, Equatable {
    /// An anchor, and what it has seen.
    public struct Anchor: Codable, Sendable, Equatable {
        /// Its name, such as `journald`.
        public var name: String
        /// How many entries the last checkpoint covers that it was shown; `nil` before the first.
        public var entries: Int64?
        /// How often in a row showing it one failed.
        public var failures: Int
        /// Why it failed last.
        public var problem: String?

        private enum CodingKeys: String, CodingKey {
            case name = "name"
            case entries = "entries"
            case failures = "failures"
            case problem = "problem"
        }
    }

    /// How many entries the log has.
    public var entries: Int64
    /// How many of them no checkpoint covers yet.
    public var unsignedEntries: Int64
    /// The size of the database with everything in it, in bytes.
    public var bytes: Int64
    /// When the last checkpoint was signed; `nil` if none was since the start.
    public var lastCheckpoint: Date?
    /// The anchors, in the order of the configuration.
    public var anchors: [Anchor]

    private enum CodingKeys: String, CodingKey {
        case entries = "entries"
        case unsignedEntries = "unsigned_entries"
        case bytes = "bytes"
        case lastCheckpoint = "last_checkpoint"
        case anchors = "anchors"
    }
}

extension AuditStatus {
    init(_ log: AuditLog) {
        let health = log.health
        self.init(
            entries: health.entries,
            unsignedEntries: health.entries - health.signedEntries,
            bytes: health.store.bytes,
            lastCheckpoint: health.lastCheckpoint,
            anchors: log.anchorStatus.map {
                Anchor(name: $0.name, entries: $0.size, failures: $0.failures, problem: $0.fault.map { "\($0)" })
            }
        )
    }
}
