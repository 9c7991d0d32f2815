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
    ///   - include: Related records to embed. Where a single read ignores it, a list of one is asked for instead.
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
        try refuseAbsent(profile)
        let query = ListQuery<Record>.items(include: include, fields: fields, for: profile)
        let response: HTTPResponse
        do {
            response = try await access.send(.get(path(id), query: query))
        } catch  where error.code == .notFound {
            return nil
        }
        let row = ResourceRow<Record>(.object(try access.reader.object(response)))
        guard row.record.map({ $0.id == id }) ?? true else {
            throw access.reader.malformed("is about another record than the one that was asked for")
        }
        guard Self.lacks(row, include) == nil else {
            return try await rowByList(row, include: include, fields: fields)
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
        let plan = FilterPlan<Record>(query.filter?.conditions ?? [], for: profile)
        guard plan.here.isEmpty else { return try await findHere(query) }
        return try await page(query, profile)
    }

    /// A page of a list that is filtered here, since the Hub can't.
    private func findHere(_ query: ListQuery<Record>) async throws(FlameHubError) -> ResourcePage<Record> {
        try access.words(query.page.check)
        var whole = query
        whole.page = PageRequest()
        whole.sort = query.sort ?? Record.walkingOrder
        var rows: [ResourceRow<Record>] = []
        for try await row in ResourceSequence(resource: self, query: whole) { rows.append(row) }
        let page = Array(rows.dropFirst(query.page.offset).prefix(query.page.limit))
        return ResourcePage(rows: page, total: rows.count, limit: query.page.limit, offset: query.page.offset)
    }

    /// A page as the Hub has it: of a query that it can't apply as a whole, with rows that are not wanted.
    func page(_ query: ListQuery<Record>, _ profile: ServerProfile) async throws(FlameHubError) -> ResourcePage<Record>
    {
        try refuseAbsent(profile)
        for term in query.sort?.terms ?? [] where profile.features.dropsSort(by: term.name, of: Record.collection) {
            throw FlameHubError(.unsupported, "This hub can't sort \(Record.collection) by \(term.name).")
        }
        let items = try access.words { () throws(QueryFault) in
            try query.items(for: profile)
        }
        let response = try await access.send(.get(Record.collection, query: items))
        let (rows, meta) = try access.reader.list(response)
        return try PageReader(query: query, service: access.service, server: profile).page(rows, meta: meta)
    }

    /// Refuses a collection that the generation does not have: it would answer as if a record did not exist.
    private func refuseAbsent(_ profile: ServerProfile) throws(FlameHubError) {
        guard profile.features.has(Record.collection) == false else { return }
        throw FlameHubError(.unsupported, "This hub has no \(Record.collection).")
    }

    /// A row by a list, for single reads that embed nothing (flame-hub-differences.md, A11; 0.12: Q4).
    ///
    /// - Throws: ``FlameHubError/Code/unsupported`` if a list does not embed it either, or can't be cut down to the row.
    private func rowByList(
        _ known: ResourceRow<Record>,
        include: Include<Record>,
        fields: [ExtraField<Record>]
    ) async throws(FlameHubError) -> ResourceRow<Record> {
        let raw = known.raw.objectValue ?? [:]
        let features = try await access.profile().features
        let keys = Record.filterKeys.filter { key in
            (key == "id" || key.hasSuffix("Id")) && Record.kind(of: key) == .id && raw[key]?.stringValue != nil
                && !features.dropsFilter(by: key, of: Record.collection)
        }
        let conditions = keys.map { key in
            FilterCondition(key: key, test: .oneOf([raw[key] ?? .null], orNull: false))
        }
        if !conditions.isEmpty {
            let rows = rows(filter: Filter(conditions: conditions), include: include, fields: fields)
            for try await row in rows where row.raw.objectValue?["id"] == raw["id"] {
                guard Self.lacks(row, include) == nil else { break }
                return row
            }
        }
        throw FlameHubError(
            .unsupported,
            "This hub does not embed \(Self.lacks(known, include) ?? "them") in a single record of \(Record.collection), "
                + "or not for this identity."
        )
    }

    /// The first relation that was asked for and is not there, not even as null.
    private static func lacks(_ row: ResourceRow<Record>, _ include: Include<Record>) -> String? {
        guard let fields = row.raw.objectValue else { return nil }
        return include.relations.first { fields[$0.name] == nil }?.name
    }

    func path(_ id: HubID<Record>) -> String { "\(Record.collection)/\(id.text)" }

    func record(_ row: ResourceRow<Record>) throws(FlameHubError) -> Record {
        guard let record = row.record else {
            throw access.reader.malformed("does not fit: \(row.fault ?? "")")
        }
        return record
    }
}
