// SPDX-License-Identifier: Apache-2.0

/// Decides how a walk over all pages of a list goes on while the list changes (flame-hub.md, 6.5).
///
/// Pages overlap by a few rows, so that a few deletions in front of the walk lose nothing; rows that were seen are
/// left out. What is remembered is bounded, whatever the length of the list.
struct PageWalk<ID: Hashable & Sendable>: Sendable {
    /// How many rows a page shares with the one before it.
    static var overlap: Int { 5 }
    /// How many ids are remembered. A row comes twice only if more rows than this were put in front of it meanwhile.
    static var memory: Int { 4 * PageRequest.maximumLimit }
    /// A walk ends with an error after this many full pages without a new row.
    static var maximumStalePages: Int { 10 }

    /// How far the walk is.
    enum Step: Equatable {
        case next(offset: Int)
        case finished
        /// The list changes faster than it is read, or the service does not honour the offset.
        case stuck
    }

    private var recent: [ID] = []
    private var known: Set<ID> = []
    private var stalePages = 0

    /// Takes note of the ids of a page.
    ///
    /// - Returns: Which rows of the page are new, and what to do next.
    mutating func visit(_ ids: [ID], limit: Int, offset: Int, isLast: Bool) -> (isNew: [Bool], step: Step) {
        let isNew = ids.map { remember($0) }
        if isLast || ids.isEmpty { return (isNew, .finished) }
        stalePages = isNew.contains(true) ? 0 : stalePages + 1
        guard stalePages < Self.maximumStalePages else { return (isNew, .stuck) }
        return (isNew, .next(offset: offset + max(1, limit - Self.overlap)))
    }

    private mutating func remember(_ id: ID) -> Bool {
        guard known.insert(id).inserted else { return false }
        recent.append(id)
        if recent.count > Self.memory { known.remove(recent.removeFirst()) }
        return true
    }
}
