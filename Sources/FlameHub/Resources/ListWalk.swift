// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// Decides how a walk over all pages of a list goes on while the list changes, and when it is complete (flame-hub.md, 6.5;
/// flame-hub-differences.md, V8 and V9).
///
/// A page has to begin with a row that was seen already, or the walk steps back: then deletions in front of it lose nothing. That
/// proves a list whose order is total. Rows with equal sort keys come in another order on each page: there the number of rows has to
/// be the Hub's, or the list is read again the other way round.
struct ListWalk: Sendable {
    /// What a row is known by: its id, or where it has none the row itself.
    enum Identity: Hashable, Sendable {
        case id(UUID)
        case text(String)

        init(_ row: JSONValue) {
            let id = row.objectValue?["id"]?.stringValue
            if let uuid = id.flatMap({ HubID<Self>($0) })?.uuid {
                self = .id(uuid)
            } else {
                self = .text(id ?? row.text)
            }
        }
    }

    /// What a walk sees of a row.
    struct Row: Sendable {
        let identity: Identity
        /// The values of the keys that the list is sorted by; `nil` if it has no order.
        let order: [JSONValue]?
    }

    /// How the walk goes on.
    enum Step: Equatable, Sendable {
        case next(offset: Int)
        /// The list is to be read once more, the other way round.
        case again
        case finished
        /// Not all rows came; how many are missing, if that is known.
        case incomplete(missing: Int?)
        /// The list changes faster than it is read, or the service does not honour the offset.
        case stuck
    }

    /// How many rows a page shares with the one before it.
    static let overlap = 5
    /// A walk ends with an error after this many full pages without a new row.
    static let maximumStalePages = 10
    /// How often a list is read until it is complete.
    static let maximumPasses = 3

    /// The rows that were seen in any pass.
    private(set) var seen: Set<Identity> = []
    /// How many rows the service last said that there are.
    private(set) var total: Int?
    /// How often the list was begun.
    private(set) var pass = 1
    private let isOrderTotal: Bool
    private var inPass: Set<Identity> = []
    private var hasTies = false
    private var firstTotal: Int?
    private var isTotalStable = true
    private var isBegun = false
    private var stalePages = 0
    private var stride = 0
    private var pages = 0

    /// - Parameters:
    ///   - isOrderTotal: Whether no two rows have the same sort keys.
    ///   - seen: What was seen before this walk.
    init(isOrderTotal: Bool, seen: Set<Identity> = []) {
        self.isOrderTotal = isOrderTotal
        self.seen = seen
    }

    /// Takes note of a page.
    ///
    /// - Returns: Which rows of the page are new, and what to do next.
    mutating func visit(
        _ rows: [Row],
        total: Int?,
        limit: Int,
        offset: Int,
        isLast: Bool
    ) -> (isNew: [Bool], step: Step) {
        if !isBegun { firstTotal = total }
        if isBegun, total != self.total { isTotalStable = false }
        isBegun = true
        self.total = total
        let isNew = rows.map { seen.insert($0.identity).inserted }
        if offset > 0, rows.first.map({ !inPass.contains($0.identity) }) ?? true {
            // Rows may have been skipped.
            stride = max(stride * 2, 2 * Self.overlap)
            stalePages += 1
            guard stalePages < Self.maximumStalePages else { return (isNew, .stuck) }
            return (isNew, .next(offset: max(0, offset - stride)))
        }
        stride = 0
        pages += 1
        let before = inPass.count
        for row in rows { inPass.insert(row.identity) }
        noteTies(rows)
        if isLast || rows.isEmpty { return (isNew, endOfPass()) }
        stalePages = inPass.count > before ? 0 : stalePages + 1
        guard stalePages < Self.maximumStalePages else { return (isNew, .stuck) }
        return (isNew, .next(offset: offset + max(1, min(rows.count, limit) - Self.overlap)))
    }

    private mutating func noteTies(_ rows: [Row]) {
        guard !isOrderTotal, !hasTies else { return }
        hasTies = zip(rows, rows.dropFirst()).contains { $0.order == nil || $0.order == $1.order }
    }

    private mutating func endOfPass() -> Step {
        let isStable = isTotalStable && firstTotal == total
        if let total, isStable {
            if inPass.count >= total || (pass > 1 && seen.count >= total) { return .finished }
        } else if !hasTies || (total == nil && pages == 1) {
            return .finished
        }
        guard pass < Self.maximumPasses else { return .incomplete(missing: total.map { max(0, $0 - seen.count) }) }
        pass += 1
        inPass = []
        hasTies = false
        isBegun = false
        isTotalStable = true
        stalePages = 0
        pages = 0
        return .again
    }
}
