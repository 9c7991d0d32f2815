// SPDX-License-Identifier: Apache-2.0

import Logging
import StrictJSON

/// All rows of a list, page by page, each once (flame-hub.md, 6.5). What is remembered are the rows' ids.
///
/// The iteration ends when the list was read as a whole, or with ``FlameHubError/Code/unstableListing`` where that can't be
/// shown. Rows that only a second pass found come last, out of order.
public struct ResourceSequence<Record: HubRecord>: AsyncSequence, Sendable {
    /// What an iteration throws.
    public typealias Failure = FlameHubError

    let resource: Resource<Record>
    let query: ListQuery<Record>

    /// Starts a walk at the first page.
    public func makeAsyncIterator() -> Iterator {
        Iterator(resource: resource, query: query)
    }

    /// One walk.
    public struct Iterator: AsyncIteratorProtocol {
        private let resource: Resource<Record>
        /// What is asked for now; its page moves on.
        private var query: ListQuery<Record>
        private let whole: ListQuery<Record>
        private var walk: ListWalk
        private var plan: FilterPlan<Record>?
        private var pending: ArraySlice<ResourceRow<Record>> = []
        private var isFinished = false
        /// Parts of the list that are still to be read by themselves, where its order left rows out.
        private var slices: [ListQuery<Record>]?
        /// The values that were seen in the fields by which the list could be cut into parts.
        private var values: [String: Set<JSONValue>]
        private var missing: Int?
        private var wholeTotal: Int?

        init(resource: Resource<Record>, query: ListQuery<Record>) {
            self.resource = resource
            var query = query
            query.sort = query.sort?.total
            self.query = query
            whole = query
            walk = ListWalk(isOrderTotal: query.sort?.isTotal ?? false)
            let filtered = Set(query.filter?.conditions.map(\.key) ?? [])
            values = Dictionary(
                uniqueKeysWithValues: Record.filterKeys.filter { !filtered.contains($0) }.map { ($0, []) }
            )
        }

        /// The next row, fetched if need be.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(FlameHubError) -> ResourceRow<Record>? {
            while pending.isEmpty, !isFinished { try await turnPage(isolation: actor) }
            return pending.popFirst()
        }

        /// The next row, fetched if need be.
        public mutating func next() async throws(FlameHubError) -> ResourceRow<Record>? {
            try await next(isolation: nil)
        }

        private mutating func turnPage(isolation actor: isolated (any Actor)?) async throws(FlameHubError) {
            let profile = try await resource.access.profile()
            let plan = plan ?? FilterPlan(whole.filter?.conditions ?? [], for: profile)
            self.plan = plan
            let page = try await resource.page(query, profile)
            for row in page.rows { note(row) }
            let names = query.sort?.terms.map(\.name)
            let rows = page.rows.map { row in
                ListWalk.Row(
                    identity: .init(row.raw),
                    order: names.map { names in names.map { row.raw.objectValue?[$0] ?? .null } }
                )
            }
            let (isNew, step) = walk.visit(
                rows,
                total: page.total,
                limit: page.limit,
                offset: page.offset,
                isLast: page.isLast
            )
            pending = zip(page.rows, isNew).compactMap { $1 && plan.isWanted($0) ? $0 : nil }[...]
            switch step {
            case .next(let offset): query.page = PageRequest(limit: query.page.limit, offset: offset)
            case .again:
                query.sort = query.sort?.reversed
                // Pages that begin elsewhere have other rows at their edges.
                query.page = PageRequest(limit: walk.pass == 3 ? 31 : whole.page.limit)
            case .finished: try endOfPart()
            case .incomplete(let missing): try incomplete(missing)
            case .stuck:
                isFinished = true
                throw failure("does not come to an end; it changes faster than it can be read")
            }
        }

        // MARK: Parts of a list whose order leaves rows out

        /// How many values a field may have for the list to be cut by it.
        private static var maximumSlices: Int { 20 }

        private mutating func note(_ row: ResourceRow<Record>) {
            guard slices == nil, let fields = row.raw.objectValue else { return }
            for (name, known) in values {
                guard known.count <= Self.maximumSlices else {
                    values[name] = nil
                    continue
                }
                if let value = fields[name], !known.contains(value) { values[name]?.insert(value) }
            }
        }

        private mutating func incomplete(_ missing: Int?) throws(FlameHubError) {
            guard slices == nil else { return try endOfPart() }
            self.missing = missing
            wholeTotal = walk.total
            slices = cut()
            try endOfPart()
        }

        /// The list, cut by the field with the most values.
        private func cut() -> [ListQuery<Record>] {
            let best = values.filter { 2...Self.maximumSlices ~= $0.value.count }
                .max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
            guard let (name, values) = best else { return [] }
            return values.map { value in
                let test: FilterCondition.Test = value.isNull ? .isNull : .oneOf([value], orNull: false)
                let condition = Filter<Record>(conditions: [FilterCondition(key: name, test: test)])
                var slice = whole
                slice.filter = whole.filter.map { $0 && condition } ?? condition
                return slice
            }
        }

        private mutating func endOfPart() throws(FlameHubError) {
            guard slices != nil else {
                isFinished = true
                return
            }
            if let wholeTotal, walk.seen.count >= wholeTotal {
                isFinished = true
                return
            }
            if let slice = slices?.popLast() {
                query = slice
                walk = ListWalk(isOrderTotal: slice.sort?.isTotal ?? false, seen: walk.seen)
                return
            }
            isFinished = true
            let left = wholeTotal.map { Swift.max(0, $0 - walk.seen.count) } ?? missing
            throw failure("can't be shown to be complete\(left.map { $0 > 0 ? ": \($0) rows are missing" : "" } ?? "")")
        }

        private func failure(_ what: String) -> FlameHubError {
            var error = FlameHubError(.unstableListing, "The list of \(Record.collection) \(what).")
            error.service = resource.access.service
            return error
        }
    }
}

extension Sort {
    /// This order, and among equals the one in which a walk is least disturbed, then the id where the Hub can sort by it.
    fileprivate var total: Sort {
        var terms = terms
        for term in (Record.walkingOrder?.terms ?? []) + [Term(name: "id", isDescending: false)]
        where !terms.contains(where: { $0.name == term.name }) && Record.SortKeys.all.contains(SortKey(term.name)) {
            terms.append(term)
        }
        return Sort(terms: terms)
    }

    /// Whether no two rows are equal in it.
    fileprivate var isTotal: Bool { terms.contains { $0.name == "id" } }

    /// The other way round.
    fileprivate var reversed: Sort {
        Sort(terms: terms.map { Term(name: $0.name, isDescending: !$0.isDescending) })
    }
}

extension Resource {
    /// All records of a list, fetched page by page as they are asked for.
    ///
    /// ```swift
    /// for try await part in core.analysisNodes.all(filter: .nodeID(id)) { … }
    /// ```
    ///
    /// Rows that don't fit the model are left out and reported in the log; ``rows(filter:sort:include:fields:)`` has
    /// them too.
    public func all(
        filter: Filter<Record>? = nil,
        sort: Sort<Record>? = nil,
        include: Include<Record> = .none,
        fields: [ExtraField<Record>] = []
    ) -> some AsyncSequence<Record, FlameHubError> & Sendable {
        let logger = access.connection.logger
        return rows(filter: filter, sort: sort, include: include, fields: fields).compactMap { row in
            if let fault = row.fault {
                logger.warning(
                    "Left out a row that can't be read",
                    metadata: [
                        "collection": "\(Record.collection)", "fault": "\(fault)",
                        "id": "\(row.raw.objectValue?["id"]?.stringValue.flatMap(HubID<Record>.init)?.text ?? "none")",
                    ]
                )
            }
            return row.record
        }
    }

    /// All rows of a list, fetched page by page as they are asked for.
    ///
    /// Without an order the one is taken that changes least while the walk lasts: by creation, oldest first.
    ///
    /// Each row comes once. Conditions that the Hub can't apply are applied here.
    ///
    /// - Throws: ``FlameHubError/Code/unstableListing`` at the end if the list can't be shown to be complete.
    public func rows(
        filter: Filter<Record>? = nil,
        sort: Sort<Record>? = nil,
        include: Include<Record> = .none,
        fields: [ExtraField<Record>] = []
    ) -> ResourceSequence<Record> {
        let query = ListQuery(filter: filter, sort: sort ?? Record.walkingOrder, include: include, fields: fields)
        return ResourceSequence(resource: self, query: query)
    }
}
