// SPDX-License-Identifier: Apache-2.0

public import AuditLog

/// Changes of a FLAME node's state that become durable together, with the entries that tell of them.
public struct FlameBatch: Sendable {
    /// Something that waits to be written to the Hub.
    public struct Write: Sendable, Equatable {
        /// Its place in the order of writes.
        public var id: Int64
        /// What it is written to.
        public var target: String
        /// The write itself, as JSON.
        public var body: String

        /// A write.
        public init(id: Int64, target: String, body: String) {
            self.id = id
            self.target = target
            self.body = body
        }
    }

    /// What is known of the run of an analysis on this machine.
    public struct Run: Sendable, Equatable {
        /// Whether it runs.
        public var isRunning: Bool
        /// The rest, as JSON.
        public var body: String

        /// What is known of a run.
        public init(isRunning: Bool, body: String) {
            self.isRunning = isRunning
            self.body = body
        }
    }

    /// Whether everything but the consents is forgotten first, because it is about another node.
    public var startsOver = false
    /// Rows that are new or differ from the stored ones.
    public var rows: [FlameRow] = []
    /// Rows that are gone at the Hub.
    public var removed: [FlameRow.Key] = []
    /// Named values, such as watermarks.
    public var values: [String: String] = [:]
    /// Writes that wait, new or changed.
    public var writes: [Write] = []
    /// Writes that no longer wait.
    public var settled: [Int64] = []
    /// Consents that were given or taken back.
    public var consents: [FlameConsent] = []
    /// Consents of which nothing is left, neither that they were given nor that they were taken back.
    public var forgottenConsents: [FlameRow.Key] = []
    /// What was noticed of analyses, by their ids; `nil` where there is nothing any more.
    public var notes: [String: String?] = [:]
    /// What is known of runs on this machine, by the id of the node's part.
    public var runs: [String: Run] = [:]
    /// What happened.
    public var entries: [AuditEntry] = []

    /// Nothing yet.
    public init() {}

    /// Whether there is nothing to be stored.
    public var isEmpty: Bool {
        !startsOver && rows.isEmpty && removed.isEmpty && values.isEmpty && writes.isEmpty && settled.isEmpty
            && consents.isEmpty && forgottenConsents.isEmpty && notes.isEmpty && runs.isEmpty && entries.isEmpty
    }

    /// Adds the changes of another batch behind these.
    public mutating func append(_ other: FlameBatch) {
        startsOver = startsOver || other.startsOver
        rows += other.rows
        removed += other.removed
        values.merge(other.values) { _, last in last }
        writes += other.writes
        settled += other.settled
        consents += other.consents
        forgottenConsents += other.forgottenConsents
        notes.merge(other.notes) { _, last in last }
        runs.merge(other.runs) { _, last in last }
        entries += other.entries
    }
}
