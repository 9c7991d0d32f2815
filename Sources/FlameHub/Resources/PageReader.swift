// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads a page and makes sure that it is the one that was asked for (flame-hub.md, 3.3 and 8.3).
struct PageReader<Record: HubRecord> {
    let query: ListQuery<Record>
    let service: HubService
    let server: ServerProfile

    func page(_ values: [JSONValue], meta: JSONObject) throws(FlameHubError) -> ResourcePage<Record> {
        let schema = meta["schema"]?.objectValue.map(QuerySchema.init)
        if let schema {
            let ignored = schema.ignoredParts(of: query)
            guard ignored.isEmpty else { throw ignoring(ignored.joined(separator: ", ")) }
        }
        let limit = meta["limit"]?.integerValue.flatMap(Int.init(exactly:)).map { min($0, query.page.limit) }
        guard values.count <= query.page.limit else {
            throw failure(.unstableListing, "The \(service) service sent more rows than were asked for.")
        }
        let rows = values.map(ResourceRow<Record>.init)
        let sent = FilterPlan<Record>(query.filter?.conditions ?? [], for: server).sent
        for row in rows { try check(row, sent, isVouchedFor: schema?.filters != nil) }
        let page = ResourcePage(
            rows: rows,
            total: meta["total"]?.integerValue.flatMap(Int.init(exactly:)),
            limit: limit.flatMap { $0 > 0 ? $0 : nil } ?? query.page.limit,
            offset: query.page.offset
        )
        return page
    }

    /// A row that lacks the field counts only if the service listed the field among those it filters by.
    private func check(
        _ row: ResourceRow<Record>,
        _ conditions: [FilterCondition],
        isVouchedFor: Bool
    ) throws(FlameHubError) {
        guard let fields = row.raw.objectValue else { return }
        for condition in conditions {
            switch condition.verdict(on: fields) {
            case .holds: break
            // What is said about a related record is said of what could be embedded, not of what this caller may read.
            case .unknown where isVouchedFor && !condition.key.contains("."): break
            case .unknown, .fails: throw ignoring("filter \(condition.key)")
            }
        }
    }

    private func ignoring(_ what: String) -> FlameHubError {
        failure(.queryIgnored, "The \(service) service ignored a part of the query for \(Record.collection): \(what).")
    }

    private func failure(_ code: FlameHubError.Code, _ message: String) -> FlameHubError {
        var error = FlameHubError(code, message)
        error.service = service
        error.path = Record.collection
        return error
    }
}
