// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The vocabulary that a list says it accepts, at `meta.schema` (hub 0.13; flame-hub.md, 3.3).
///
/// Everything in it is optional. What is not there says nothing.
struct QuerySchema: Sendable, Equatable {
    let filters: Set<String>?
    let sorts: Set<String>?
    let relations: Set<String>?
    let fields: Set<String>?

    init(_ schema: JSONObject) {
        filters = Self.allowed(schema["filters"])
        // The key is `sort` in 0.13 and `sorts` from 0.14.
        sorts = Self.allowed(schema["sorts"] ?? schema["sort"])
        relations = Self.allowed(schema["relations"])
        fields = Self.allowed(schema["fields"]).map { allowed in
            allowed.union(Self.texts(schema["fields"]?.objectValue?["default"] ?? .null))
        }
    }

    private static func allowed(_ section: JSONValue?) -> Set<String>? {
        guard let allowed = section?.objectValue?["allowed"], allowed.arrayValue != nil else { return nil }
        return texts(allowed)
    }

    private static func texts(_ value: JSONValue) -> Set<String> {
        switch value {
        case .string(let text): [text]
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(texts($1)) }
        default: []
        }
    }

    /// The parts of a query that the server drops without a word.
    func ignoredParts<Record>(of query: ListQuery<Record>) -> [String] {
        var ignored: [String] = []
        for condition in query.filter?.conditions ?? [] {
            let path = condition.key.split(separator: ".").map(String.init)
            let vocabulary = path.count > 1 ? relations : filters
            if let vocabulary, !vocabulary.contains(path[0]) { ignored.append("filter \(condition.key)") }
        }
        for term in query.sort?.terms ?? [] where sorts?.contains(term.name) == false {
            ignored.append("sort \(term.name)")
        }
        for relation in query.include.relations where relations?.contains(relation.name) == false {
            ignored.append("include \(relation.name)")
        }
        for field in query.fields where fields?.contains(field.name) == false {
            ignored.append("fields \(field.name)")
        }
        return ignored
    }
}
