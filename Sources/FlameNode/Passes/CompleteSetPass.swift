// SPDX-License-Identifier: Apache-2.0

import FlameHub

/// Reads a set as a whole, such as all undecided parts, and makes sure that it did not change meanwhile
/// (flame-hub.md, 6.5). The list must be sorted by creation, oldest first: new rows then come last.
///
/// A row that is missing from a stable set has left it; whether it was deleted is to be asked by its id.
public struct CompleteSetPass<ID: Hashable & Sendable>: Sendable {
    /// How often the set is read before it is taken as it is: 3.
    public let maximumRuns = 3
    /// How many pages one run may read. Default: 20, which is 1,000 rows.
    public var maximumPages = 20

    /// How a pass goes on.
    public enum Step: Sendable, Equatable {
        /// Fetch the page at ``CompleteSetPass/offset``.
        case next
        /// The set was read as a whole, and did not change while it was.
        case complete
        /// The set changes faster than it can be read. Nothing may be concluded from what is missing.
        case unstable
        /// The set is larger than one run may read. The next cycle goes on at this offset; nothing may be concluded
        /// from what is missing.
        case partial(nextOffset: Int)
    }

    /// Where the next page starts.
    public private(set) var offset: Int
    /// The ids that were read in this run.
    public private(set) var ids: Set<ID> = []

    private let start: Int
    private var firstTotal: Int?
    private var pages = 0
    private var runs = 0

    /// Begins a pass.
    ///
    /// - Parameter offset: Where to begin, if the set is too large for one pass; a set that is read from another place
    ///   than its start is never complete.
    public init(at offset: Int = 0) {
        start = offset
        self.offset = offset
    }

    /// Takes note of a page.
    ///
    /// - Parameters:
    ///   - rows: The ids of the page's rows.
    ///   - total: How many rows there are in all, if the Hub says so.
    public mutating func take(_ rows: [ID], total: Int?) -> Step {
        if pages == 0 { firstTotal = total }
        pages += 1
        ids.formUnion(rows)
        let end = offset + rows.count
        guard rows.count < PageRequest.maximumLimit || total.map({ end >= $0 }) ?? false else {
            guard pages < maximumPages else { return .partial(nextOffset: end) }
            offset = end
            return .next
        }
        runs += 1
        if start > 0 { return .partial(nextOffset: 0) }
        // Without a total a page too many or too few can't be told, so the count of ids has to agree.
        if total == firstTotal, total.map({ $0 == ids.count }) ?? true { return .complete }
        guard runs < maximumRuns else { return .unstable }
        offset = 0
        pages = 0
        ids = []
        return .next
    }
}
