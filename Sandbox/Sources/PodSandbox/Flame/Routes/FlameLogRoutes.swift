// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// The logs of analyses and of nodes in them (flame-hub.md, 4.8).
extension SandboxFlameHub {
    func logs(_ request: Request, ofNodes: Bool) async throws -> Response {
        let actor = try caller(request, at: .core)
        switch request.method {
        case .post where ofNodes: return try await addLine(request, actor)
        case .get:
            let (subject, level, query) = try logQuery(request, ofNodes)
            let found = state.read {
                ($0.logs.lines[subject] ?? []).reversed().filter { level == nil || $0.level == level }
            }
            var meta: [String: JSONValue] = [
                "total": .integer(Int64(found.count)), "limit": .integer(Int64(query.limit)),
                "offset": .integer(Int64(query.offset)),
            ]
            let resource = ofNodes ? FlameSchema.analysisNodeLogs : FlameSchema.analysisLogs
            if !release.isOld { meta["schema"] = resource.schemaJSON }
            let page = found.dropFirst(query.offset).prefix(query.limit).map(\.json)
            return .json(["data": .array(page), "meta": .object(meta)])
        case .delete:
            let (subject, _, _) = try logQuery(request, ofNodes)
            state.change { $0.logs.removeAll(of: subject) }
            return .json(.null, status: .accepted)
        default: throw FlameRefusal.unknownRoute
        }
    }

    /// Whose lines are asked for; without that the request is refused.
    private func logQuery(_ request: Request, _ ofNodes: Bool) throws -> (FlameLogs.Subject, String?, FlameQuery) {
        let resource = ofNodes ? FlameSchema.analysisNodeLogs : FlameSchema.analysisLogs
        let query = try FlameQuery(request.queryItems, resource, release)
        guard let filters = query.filter.equalities else {
            throw FlameRefusal.badRequest("Logs are only filtered by equality.")
        }
        guard let analysis = filters["analysisId"], let node = ofNodes ? filters["nodeId"] : "" else {
            let names = ofNodes ? "filters nodeId and analysisId" : "filter analysisId"
            throw FlameRefusal.badRequest("The \(names) must be defined.")
        }
        let subject = FlameLogs.Subject(analysis: analysis.lowercased(), node: ofNodes ? node.lowercased() : nil)
        return (subject, filters["level"], query)
    }

    /// The line is kept a little later, so that it can't be read at once.
    private func addLine(_ request: Request, _ actor: FlameActor) async throws -> Response {
        let body = try await request.flameBody()
        let answer = try state.change { state throws(FlameRefusal) in
            let values = try state.checked(body.filter { $0.value != .null }, FlameSchema.analysisNodeLogs, .create)
            let missing = FlameSchema.analysisNodeLogs.fields.filter { $0.isRequired && values[$0.name] == nil }
            guard missing.isEmpty else {
                throw .invalid(missing.map { FlameIssue("required", $0.name, "Invalid input: expected a value") })
            }
            guard let node = state.row("nodes", values["nodeId"]?.stringValue) else { throw .notFound("node") }
            guard let analysis = state.row("analyses", values["analysisId"]?.stringValue) else {
                throw .notFound("analysis")
            }
            guard actor.mayWrite(realm: node["realmId"]) else { throw .denied("write this log") }
            var labels = values["labels"]?.objectValue ?? [:]
            for name in ["code", "status", "nodeId", "analysisId"] { labels[name] = values[name] }
            let line = FlameLogs.Line(
                time: state.now(),
                level: values["level"]?.stringValue ?? "",
                message: values["message"]?.stringValue ?? "",
                labels: labels
            )
            state.jobs.append(.keep(line, of: FlameLogs.Subject(analysis: analysis.id, node: node.id)))
            return line.json
        }
        return .json(release.isOld ? answer : ["data": answer, "meta": [:]], status: .accepted)
    }
}
