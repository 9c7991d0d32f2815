// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Which entries to read. All conditions must hold; the default is every entry, oldest first.
public struct AuditQuery: Sendable, Hashable {
    /// The order of the result.
    public enum Order: Sendable, Hashable {
        case oldestFirst
        case newestFirst
    }

    /// Recorded at or after this moment.
    public var from: Date?
    /// Recorded before this moment.
    public var until: Date?
    /// About this modeller.
    public var modeller: String?
    /// About this dataset, as the entries name it.
    public var dataset: String?
    /// With this decision.
    public var decision: AuditEntry.Decision?
    /// About this task.
    public var task: String?
    /// Of one of these types; empty means any.
    public var types: Set<AuditEntryType>
    /// With a sequence number in this range.
    public var sequences: Range<Int64>?
    /// At most so many.
    public var limit: Int?
    /// The order of the result.
    public var order: Order

    /// Creates a query.
    public init(
        from: Date? = nil,
        until: Date? = nil,
        modeller: String? = nil,
        dataset: String? = nil,
        decision: AuditEntry.Decision? = nil,
        task: String? = nil,
        types: Set<AuditEntryType> = [],
        sequences: Range<Int64>? = nil,
        limit: Int? = nil,
        order: Order = .oldestFirst
    ) {
        self.from = from
        self.until = until
        self.modeller = modeller
        self.dataset = dataset
        self.decision = decision
        self.task = task
        self.types = types
        self.sequences = sequences
        self.limit = limit
        self.order = order
    }
}
