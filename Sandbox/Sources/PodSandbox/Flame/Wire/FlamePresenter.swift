// SPDX-License-Identifier: Apache-2.0

/// Turns records into what is answered (flame-hub.md, 3.4).
struct FlamePresenter {
    let state: FlameState
    private var release: FlameRelease { state.release }

    init(_ state: FlameState) {
        self.state = state
    }

    /// The records of a page, with what is embedded.
    func json(_ rows: [FlameRow], of resource: FlameResource, _ query: FlameQuery) -> [JSONValue] {
        let names = wireNames(of: resource, query.fields)
        return rows.map { row in
            var members = members(of: row, resource, names)
            for relation in query.include {
                members[resource.wireName(relation.name, release)] = embedded(relation, in: row)
            }
            return .object(members)
        }
    }

    /// One record as writes answer it: all fields that need not be asked for, nothing embedded.
    func json(_ row: FlameRow, of resource: FlameResource) -> JSONValue {
        .object(members(of: row, resource, wireNames(of: resource, Self.standardFields(resource))))
    }

    private static func standardFields(_ resource: FlameResource) -> Set<String> {
        Set(resource.shownFields.filter { !$0.isExtra }.map(\.name) + ["createdAt", "updatedAt"])
    }

    private func wireNames(of resource: FlameResource, _ fields: Set<String>) -> [(name: String, wire: String)] {
        (fields.union(["id"])).map { ($0, resource.wireName($0, release)) }
    }

    private func members(
        of row: FlameRow,
        _ resource: FlameResource,
        _ names: [(name: String, wire: String)]
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members.reserveCapacity(names.count + 2)
        for (name, wire) in names {
            let value = row[name]
            members[wire] = release.isOld ? resource.field(name)?.old(value) ?? value : value
        }
        return members
    }

    private func embedded(_ relation: FlameRelation, in row: FlameRow) -> JSONValue {
        guard let resource = state.table(relation.target)?.resource,
            let related = state.row(relation.target, row.reference(relation.key))
        else { return .null }
        return json(related, of: resource)
    }

    /// The answer to a list.
    func list(_ rows: [FlameRow], total: Int, of resource: FlameResource, _ query: FlameQuery) -> JSONValue {
        var meta: [String: JSONValue] = [
            "total": .integer(Int64(total)), "limit": .integer(Int64(query.limit)),
            "offset": .integer(Int64(query.offset)),
        ]
        if !release.isOld { meta["schema"] = resource.schemaJSON }
        return ["data": .array(json(rows, of: resource, query)), "meta": .object(meta)]
    }

    /// The answer to a request for one record.
    func single(_ row: FlameRow, of resource: FlameResource, _ query: FlameQuery) -> JSONValue {
        let record = json([row], of: resource, query)[0]
        if release.isOld { return record }
        let schema = resource.schemaJSON.objectValue ?? [:]
        return [
            "data": record, "meta": ["schema": .object(schema.filter { ["fields", "relations"].contains($0.key) })],
        ]
    }

    /// The answer to a write.
    func written(_ row: FlameRow, of resource: FlameResource, adding members: [String: JSONValue] = [:]) -> JSONValue {
        let record = (json(row, of: resource).objectValue ?? [:]).merging(members) { $1 }
        return release.isOld ? .object(record) : ["data": .object(record), "meta": [:]]
    }
}

extension FlameResource {
    /// What a list says about the words it knows (flame-hub.md, 3.3).
    var schemaJSON: JSONValue {
        func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.sorted().map(JSONValue.string)) }
        let times = ["createdAt", "updatedAt"]
        let standard = shownFields.filter { !$0.isExtra }.map(\.name) + times
        return [
            "name": .string(singular), "strict": false, "indexes": .array([]),
            "fields": ["default": strings(standard), "allowed": strings(shownFields.filter(\.isExtra).map(\.name))],
            "filters": [
                "allowed": strings(filterKeys), "caseSensitive": .array([]), "indexed": strings(indexed),
            ],
            "relations": ["allowed": strings(relations.map(\.name)), "schemas": [:]],
            "sorts": ["allowed": strings(sortKeys), "default": .array([]), "indexed": .array([])],
            "pagination": ["maxLimit": .integer(Int64(FlameQuery.maximumLimit))],
        ]
    }
}
