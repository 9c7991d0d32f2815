// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StrictJSON

/// All records of one kind at the Hub: `core.nodes`, `auth.users`.
///
/// What can be done with them depends on what they are: see ``Creatable``, ``Updatable`` and ``Deletable``
/// (flame-hub.md, 4.1).
public struct Resource<Record: HubRecord>: Sendable {
    let access: ServiceAccess

    init(_ access: ServiceAccess) {
        self.access = access
    }

    /// Fetches one record.
    ///
    /// - Parameters:
    ///   - id: Which one.
    ///   - include: Related records to embed. Hub 0.13.0 ignores it on some resources; then they are `nil`.
    ///   - fields: Fields that are sent only on demand.
    /// - Returns: The record, or `nil` if there is none.
    public func get(
        _ id: HubID<Record>,
        include: Include<Record> = .none,
        fields: [ExtraField<Record>] = []
    ) async throws(FlameHubError) -> Record? {
        let row = try await row(id, include: include, fields: fields)
        return try row.map { row throws(FlameHubError) in try record(row) }
    }

    /// Fetches one record together with the row that it was read from.
    ///
    /// - Returns: The row, or `nil` if there is none.
    public func row(
        _ id: HubID<Record>,
        include: Include<Record> = .none,
        fields: [ExtraField<Record>] = []
    ) async throws(FlameHubError) -> ResourceRow<Record>? {
        let profile = try await access.profile()
        let query = ListQuery<Record>.items(include: include, fields: fields, for: profile)
        let response: HTTPResponse
        do {
            response = try await access.send(.get(path(id), query: query))
        } catch  where error.status == 404 {
            return nil
        }
        let row = ResourceRow<Record>(.object(try access.reader.object(response)))
        guard row.record.map({ $0.id == id }) ?? true else {
            throw access.reader.malformed("is about another record than the one that was asked for")
        }
        return row
    }

    /// Lists records: one page of them, the first 50 if nothing else is asked for. See ``all(filter:sort:include:fields:)``.
    ///
    /// Every row is checked against the filter, because the Hub drops what it does not understand.
    ///
    /// - Parameters:
    ///   - filter: Which ones.
    ///   - sort: In which order.
    ///   - page: Which part of the list.
    ///   - include: Related records to embed.
    ///   - fields: Fields that are sent only on demand.
    /// - Throws: ``FlameHubError/Code/queryIgnored`` if the Hub ignored a part of the query.
    public func find(
        filter: Filter<Record>? = nil,
        sort: Sort<Record>? = nil,
        page: PageRequest = PageRequest(),
        include: Include<Record> = .none,
        fields: [ExtraField<Record>] = []
    ) async throws(FlameHubError) -> ResourcePage<Record> {
        try await find(ListQuery(filter: filter, sort: sort, page: page, include: include, fields: fields))
    }

    /// How many records there are.
    ///
    /// - Parameter filter: Which ones are counted.
    public func count(filter: Filter<Record>? = nil) async throws(FlameHubError) -> Int {
        let page = try await find(filter: filter, page: PageRequest(limit: 1))
        guard let total = page.total else { throw access.reader.malformed("does not say how many rows there are") }
        return total
    }

    func find(_ query: ListQuery<Record>) async throws(FlameHubError) -> ResourcePage<Record> {
        let profile = try await access.profile()
        let items = try access.words { () throws(QueryFault) in
            try query.items(for: profile, speaksExpressions: access.speaksExpressions)
        }
        let response = try await access.send(.get(Record.collection, query: items))
        let (rows, meta) = try access.reader.list(response)
        return try PageReader(query: query, service: access.service).page(rows, meta: meta)
    }

    func path(_ id: HubID<Record>) -> String { "\(Record.collection)/\(id.text)" }

    func record(_ row: ResourceRow<Record>) throws(FlameHubError) -> Record {
        guard let record = row.record else {
            throw access.reader.malformed("does not fit: \(row.fault ?? "")")
        }
        return record
    }
}
