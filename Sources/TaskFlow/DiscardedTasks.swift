// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import Synchronization
import Timekeeping

/// Requests that are not answered one by one: nobody proved them, and there are more than are answered.
///
/// Their messages stay in the store until a summary is recorded, and go in its transaction. So none is lost in a crash, and
/// each is in exactly one summary.
final class DiscardedTasks: Sendable {
    /// What is said of those that were discarded for one reason.
    struct Summary: Sendable, Hashable {
        let reason: DecisionReason
        /// How many.
        fileprivate(set) var count: Int
        /// When the first and the last of them was discarded.
        let first: Date
        fileprivate(set) var last: Date
        /// SHA-256 of one of them, the first.
        let sampleSHA256: String

        /// What the entry's `ref` says of them.
        var reference: String {
            "discarded:\(count) from:\(ISO8601.text(first)) to:\(ISO8601.text(last))"
        }
    }

    /// Those that no summary tells of yet.
    struct Batch: Sendable {
        fileprivate(set) var ids: [InboxID] = []
        fileprivate(set) var summaries: [Summary] = []
    }

    /// As many are never discarded without a summary: 256.
    static let batchSize = 256

    private let batch = Mutex(Batch())

    /// Notes one.
    ///
    /// - Returns: Whether so many wait that their summary is due.
    func add(_ id: InboxID, _ reason: DecisionReason, sampleSHA256: String, at date: Date) -> Bool {
        batch.withLock { batch in
            batch.ids.append(id)
            if let index = batch.summaries.firstIndex(where: { $0.reason == reason }) {
                batch.summaries[index].count += 1
                batch.summaries[index].last = date
            } else {
                batch.summaries.append(
                    Summary(reason: reason, count: 1, first: date, last: date, sampleSHA256: sampleSHA256)
                )
            }
            return batch.ids.count >= Self.batchSize
        }
    }

    /// Takes those that wait, if the first of them was discarded before a moment; `nil` if there are none.
    func take(discardedBefore moment: Date = .distantFuture) -> Batch? {
        batch.withLock { batch in
            guard let first = batch.summaries.map(\.first).min(), first < moment else { return nil }
            defer { batch = Batch() }
            return batch
        }
    }

    /// Puts back those whose summary could not be recorded.
    func putBack(_ former: Batch) {
        batch.withLock { batch in
            batch.ids += former.ids
            for summary in former.summaries {
                if let index = batch.summaries.firstIndex(where: { $0.reason == summary.reason }) {
                    var whole = summary
                    whole.count += batch.summaries[index].count
                    whole.last = max(whole.last, batch.summaries[index].last)
                    batch.summaries[index] = whole
                } else {
                    batch.summaries.append(summary)
                }
            }
        }
    }
}
