// SPDX-License-Identifier: Apache-2.0

import Logging
import StrictJSON

/// All rows of a list, page by page, in constant memory (flame-hub.md, 6.5).
///
/// A row that was put in front of the walk may come twice, see ``Resource/rows(filter:sort:include:fields:)``.
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
        let resource: Resource<Record>
        var query: ListQuery<Record>
        private var walk = PageWalk<JSONValue>()
        private var pending: ArraySlice<ResourceRow<Record>> = []
        private var isFinished = false

        init(resource: Resource<Record>, query: ListQuery<Record>) {
            self.resource = resource
            self.query = query
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
            let page = try await resource.find(query)
            // A row without an id is compared as a whole.
            let ids = page.rows.map { $0.raw.objectValue?["id"] ?? $0.raw }
            let (isNew, step) = walk.visit(ids, limit: page.limit, offset: page.offset, isLast: page.isLast)
            pending = zip(page.rows, isNew).compactMap { $1 ? $0 : nil }[...]
            switch step {
            case .finished: isFinished = true
            case .next(let offset): query.page = PageRequest(limit: query.page.limit, offset: offset)
            case .stuck:
                isFinished = true
                throw FlameHubError(
                    .unstableListing,
                    "The list of \(Record.collection) does not come to an end; it changes faster than it can be read."
                )
            }
        }
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
    /// A list that changes during the walk may show a row twice if more than 200 rows were put in front of it between
    /// two pages, and miss one if more than five were deleted there.
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
