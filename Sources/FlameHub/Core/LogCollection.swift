// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What both kinds of logs have in common. The Hub refuses to read them without their filters, so none can be dropped.
struct LogCollection: Sendable {
    let access: ServiceAccess
    let path: String

    func create(_ fields: JSONObject) async throws(FlameHubError) -> LogEntry {
        let naming = try await access.profile().naming
        let body = JSONObject(fields.map { (naming.spelling(of: $0.key), $0.value) })
        let response = try await access.send(.post(path, body, mayRepeat: false))
        return try entry(.object(access.reader.object(response)))
    }

    func find(
        _ filters: [(String, String)],
        level: LogLevel?,
        page: PageRequest
    ) async throws(FlameHubError) -> [LogEntry] {
        try access.words(page.check)
        let filters = filters + (level.map { [("level", $0.rawValue)] } ?? [])
        let limits = [("page[limit]", String(page.limit)), ("page[offset]", String(page.offset))]
        let response = try await access.send(.get(path, query: limits + (try await query(filters))))
        let (rows, _) = try access.reader.list(response)
        var entries: [LogEntry] = []
        for row in rows { entries.append(try entry(row)) }
        return entries
    }

    func delete(_ filters: [(String, String)]) async throws(FlameHubError) {
        _ = try await access.send(.delete(path, query: try await query(filters)))
    }

    private func query(_ filters: [(String, String)]) async throws(FlameHubError) -> [(String, String)] {
        let naming = try await access.profile().naming
        return filters.map { ("filter[\(naming.spelling(of: $0.0))]", $0.1) }
    }

    private func entry(_ row: JSONValue) throws(FlameHubError) -> LogEntry {
        do {
            return try RecordDecoder.decode(LogEntry.self, from: row)
        } catch {
            throw access.reader.malformed("has a log line that can't be read")
        }
    }
}
