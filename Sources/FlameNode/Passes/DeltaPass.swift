// SPDX-License-Identifier: Apache-2.0

public import FlameHub
public import Foundation

/// Reads what changed in a list since the last time: newest first, down to the watermark (flame-hub.md, 6.5).
/// The Hub can't filter by time.
///
/// Newest-first order makes a row that changes meanwhile jump to the front, where the next pass finds it: changes give
/// duplicates, never holes. The caller fetches pages at ``offset`` and hands them to ``take(_:total:)``.
public struct DeltaPass<ID: Hashable & Sendable>: Sendable {
    /// The bounds of a pass.
    public struct Limits: Sendable {
        /// How far behind the watermark a pass reads, for rows that were committed late and servers whose clocks
        /// differ. Default: 120 s.
        public var overlap: TimeInterval = 120
        /// How many rows a page shares with the one before it, against deletions in front of it: 5.
        public let sharedRows = 5
        /// How many pages a pass may read. Default: 40.
        public var maximumPages = 40
        /// How many pages of known rows a pass reads again at its front, however many lie within the overlap: half of
        /// ``maximumPages``. Otherwise a pass would never get behind more rows than it may read that changed at once. What
        /// was committed late behind them is found by verification.
        var overlapPages: Int { max(1, maximumPages / 2) }

        /// The defaults.
        public init() {}
    }

    /// What a pass sees of a row.
    public struct Row: Sendable, Equatable {
        /// The id.
        public let id: ID
        /// When it was last written.
        public let updatedAt: HubTimestamp

        /// A row.
        public init(id: ID, updatedAt: HubTimestamp) {
            self.id = id
            self.updatedAt = updatedAt
        }
    }

    /// How a pass goes on.
    public enum Step: Sendable, Equatable {
        /// Fetch the page at ``DeltaPass/offset``.
        case next
        /// The pass is done. Store the rows and this watermark together.
        case finished(DeltaWatermark)
    }

    /// A page that is not sorted newest first: the Hub dropped the order, and a pass would miss changes.
    public struct NotSorted: Error, Equatable {}

    private enum Phase: Sendable, Equatable {
        /// Reads the newest rows.
        case front
        /// Looks for the place where the gap begins, and reads on from there.
        case gap(DeltaWatermark.Gap, isFound: Bool, stride: Int)
    }

    /// Where the next page starts.
    public private(set) var offset = 0

    /// How many pages more than its limit a pass may read to find its place in an open interval and get past it. The
    /// stride of the search doubles, so this is enough for any place that a pass can be wrong by.
    private static var searchAllowance: Int { 10 }

    private let limits: Limits
    private let watermark: DeltaWatermark
    private var phase = Phase.front
    private var seen: Set<ID> = []
    private var pages = 0
    private var knownPages = 0
    private var newest: HubTimestamp?
    private var movedAhead = 0

    /// Begins a pass.
    public init(from watermark: DeltaWatermark, limits: Limits = Limits()) {
        self.watermark = watermark
        self.limits = limits
    }

    /// Takes note of a page.
    ///
    /// - Parameters:
    ///   - rows: The page's rows, in the Hub's order.
    ///   - total: How many rows there are in all, if the Hub says so.
    /// - Returns: Which rows of the page were not seen before in this pass, and how it goes on.
    public mutating func take(_ rows: [Row], total: Int?) throws(NotSorted) -> (isNew: [Bool], step: Step) {
        guard zip(rows, rows.dropFirst()).allSatisfy({ $0.updatedAt >= $1.updatedAt }) else { throw NotSorted() }
        pages += 1
        if newest == nil { newest = rows.first?.updatedAt }
        let isNew = rows.map { seen.insert($0.id).inserted }
        let isLast = rows.count < PageRequest.maximumLimit || total.map { offset + rows.count >= $0 } ?? false
        switch phase {
        case .front: return (isNew, takeFront(rows, isNew: isNew, isLast: isLast))
        case .gap(let gap, let isFound, let stride):
            return (isNew, takeGap(rows, gap, isFound: isFound, stride: stride, isLast: isLast))
        }
    }

    // MARK: The newest rows

    private mutating func takeFront(_ rows: [Row], isNew: [Bool], isLast: Bool) -> Step {
        if let gap = watermark.gap {
            movedAhead += zip(rows, isNew).count { $1 && $0.updatedAt > gap.newest }
        }
        let known = watermark.gap?.newest ?? watermark.value
        if let known, let first = rows.first, first.updatedAt <= known { knownPages += 1 }
        let bound = known.map { $0.date.addingTimeInterval(-limits.overlap) }
        guard let oldest = rows.last?.updatedAt, !isLast, bound.map({ oldest.date >= $0 }) ?? true,
            knownPages < limits.overlapPages
        else {
            return frontIsRead()
        }
        if pages >= limits.maximumPages {
            // What was left open before lies behind this one and is read again with it.
            let gap = DeltaWatermark.Gap(newest: newest ?? oldest, oldest: oldest, offset: offset + rows.count)
            return .finished(DeltaWatermark(value: watermark.value, gap: gap))
        }
        offset += step
        return .next
    }

    private mutating func frontIsRead() -> Step {
        guard var gap = watermark.gap else { return .finished(DeltaWatermark(value: newest ?? watermark.value)) }
        guard pages < limits.maximumPages else {
            gap.newest = newest ?? gap.newest
            gap.offset += movedAhead
            return .finished(DeltaWatermark(value: watermark.value, gap: gap))
        }
        phase = .gap(gap, isFound: false, stride: step)
        offset = max(0, gap.offset - limits.sharedRows + movedAhead)
        return .next
    }

    // MARK: What was left open

    private mutating func takeGap(
        _ rows: [Row],
        _ gap: DeltaWatermark.Gap,
        isFound: Bool,
        stride: Int,
        isLast: Bool
    ) -> Step {
        // The place is an estimate: rows that moved ahead may have come from in front of it. Unless the page begins in
        // front of the edge, rows may have been skipped: look further ahead.
        // Where nothing moved it is none, also among rows that changed all at once.
        let isBehindEdge =
            rows.first.map { $0.updatedAt < gap.oldest || ($0.updatedAt == gap.oldest && movedAhead > 0) } ?? true
        if !isFound, isBehindEdge, offset > 0 {
            offset = max(0, offset - stride)
            guard pages < limits.maximumPages + Self.searchAllowance else {
                return unfinished(gap, oldest: gap.oldest, stoppedAt: offset + limits.sharedRows)
            }
            phase = .gap(gap, isFound: false, stride: stride * 2)
            return .next
        }
        let bound = watermark.value.map { $0.date.addingTimeInterval(-limits.overlap) }
        guard let oldest = rows.last?.updatedAt, !isLast, bound.map({ oldest.date >= $0 }) ?? true else {
            return .finished(DeltaWatermark(value: newest ?? gap.newest))
        }
        // A pass that stopped before it got behind the edge would begin at the same place the next time.
        let mayGoOn = pages < limits.maximumPages + (oldest < gap.oldest ? 0 : Self.searchAllowance)
        guard mayGoOn else {
            return unfinished(gap, oldest: min(oldest, gap.oldest), stoppedAt: offset + rows.count)
        }
        phase = .gap(gap, isFound: true, stride: stride)
        offset += step
        return .next
    }

    private func unfinished(_ gap: DeltaWatermark.Gap, oldest: HubTimestamp, stoppedAt offset: Int) -> Step {
        let rest = DeltaWatermark.Gap(newest: newest ?? gap.newest, oldest: oldest, offset: offset)
        return .finished(DeltaWatermark(value: watermark.value, gap: rest))
    }

    private var step: Int { max(1, PageRequest.maximumLimit - limits.sharedRows) }
}

/// How far a list is known, from one delta pass to the next (flame-hub.md, 6.5). All times are the
/// server's own.
public struct DeltaWatermark: Sendable, Equatable, Codable {
    /// Everything up to here is known; `nil` before the first pass.
    public var value: HubTimestamp?
    /// A part of the list that a pass did not get to, because there was more than it may read.
    public var gap: Gap?

    /// An interval that is still to be read, older rows being known and newer ones too.
    public struct Gap: Sendable, Equatable, Codable {
        /// The newest time of the rows in front of the gap.
        public var newest: HubTimestamp
        /// The oldest time that was read; the gap lies behind it.
        public var oldest: HubTimestamp
        /// Where in the list the reading stopped: just behind the last row that was read.
        public var offset: Int

        enum CodingKeys: String, CodingKey {
            case newest = "newest"
            case oldest = "oldest"
            case offset = "offset"
        }
    }

    enum CodingKeys: String, CodingKey {
        case value = "value"
        case gap = "gap"
    }

    /// A watermark.
    public init(value: HubTimestamp? = nil, gap: Gap? = nil) {
        self.value = value
        self.gap = gap
    }
}
