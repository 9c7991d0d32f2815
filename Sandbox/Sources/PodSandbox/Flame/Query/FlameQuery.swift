// SPDX-License-Identifier: Apache-2.0

/// What a request asks of a list or a single record (flame-hub.md, 3).
struct FlameQuery: Sendable {
    /// The most rows of a page.
    static let maximumLimit = 50

    var filter = FlameFilter.everything
    var sort: [FlameSort] = []
    var limit = FlameQuery.maximumLimit
    var offset = 0
    var include: [FlameRelation] = []
    /// The names of the fields that are answered.
    var fields: Set<String> = []
    /// The names of the fields that were asked for and are sent only on demand.
    var extraFields: Set<String> = []

    /// Reads a query. What is not allowed is dropped without a word, as the Hub does.
    init(
        _ items: [RecordedRequest.Pair],
        _ resource: FlameResource,
        _ release: FlameRelease
    ) throws(FlameRefusal) {
        let values = Dictionary(items.map { ($0.name, $0.value) }) { $1 }
        let words = FlameVocabulary(resource: resource, release: release, include: values["include"])
        include = words.included
        (fields, extraFields) = words.fields(values["fields"])
        sort = words.sort(values["sort"])
        limit = Self.number(values["page[limit]"]).map { min($0, Self.maximumLimit) } ?? Self.maximumLimit
        offset = Self.number(values["page[offset]"]) ?? 0

        let brackets = items.filter { $0.name.hasPrefix("filter[") && $0.name.hasSuffix("]") }
        if let text = values["filter"], !release.isOld {
            guard brackets.isEmpty else { throw .badRequest("Two kinds of filters can't be mixed.") }
            filter = try ExpressionFilterParser.parse(text, words)
        } else {
            filter = try BracketFilterParser(words: words).filter(brackets)
        }
    }

    private static func number(_ text: String?) -> Int? {
        text.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
