// SPDX-License-Identifier: Apache-2.0

/// What is asked of a list, before it is put into a server's words.
struct ListQuery<Record: HubRecord>: Sendable {
    var filter: Filter<Record>?
    var sort: Sort<Record>?
    var page = PageRequest()
    var include: Include<Record> = .none
    var fields: [ExtraField<Record>] = []

    /// The query's parameters in the words of a server, in the order in which they are sent.
    ///
    /// The bracket dialect is the one that is proven, so it is used for whatever it can say exactly; the expression
    /// dialect for the rest, where the server has it.
    func items(for server: ServerProfile) throws(QueryFault) -> [(String, String)] {
        try check()
        var items: [(String, String)] = [
            ("page[limit]", String(page.limit)), ("page[offset]", String(page.offset)),
        ]
        let spelling = { (name: String) in Self.spelling(of: name, on: server) }
        let conditions = FilterPlan<Record>(filter?.conditions ?? [], for: server).sent
            .map { Self.translated($0, for: server) }
        if !conditions.isEmpty {
            do {
                let dialect = BracketDialect(hasSecondGrammar: server.isAtLeast(.secondQueryGrammar))
                items += try dialect.items(conditions, spelling: spelling)
            } catch .inexpressible(_) where server.isAtLeast(.secondQueryGrammar) {
                items.append(try ExpressionDialect().item(conditions, spelling: spelling))
            }
        }
        if let sort {
            let terms = sort.terms.map { ($0.isDescending ? "-" : "") + spelling($0.name) }
            items.append(("sort", terms.joined(separator: ",")))
        }
        return items + Self.items(include: wholeInclude, fields: fields, for: server)
    }

    /// The relations that are embedded: those that a condition is about, too, or the Hub drops the condition without a word
    /// (flame-hub-differences.md, V10 and A12).
    var wholeInclude: Include<Record> {
        var relations = include.relations
        for condition in filter?.conditions ?? [] {
            guard let name = condition.key.split(separator: ".").first.map(String.init), name != condition.key,
                !relations.contains(where: { $0.name == name }),
                let relation = Record.relations.first(where: { $0.name == name })
            else { continue }
            relations.append(relation)
        }
        return Include(relations)
    }

    /// The parameters that lists and single records have in common.
    static func items(
        include: Include<Record>,
        fields: [ExtraField<Record>],
        for server: ServerProfile
    ) -> [(String, String)] {
        var items: [(String, String)] = []
        if !include.relations.isEmpty {
            let names = include.relations.map { spelling(of: $0.name, on: server) }
            items.append(("include", names.joined(separator: ",")))
        }
        if !fields.isEmpty {
            items.append(("fields", "+" + fields.map { spelling(of: $0.name, on: server) }.joined(separator: ",")))
        }
        return items
    }

    private static func spelling(of name: String, on server: ServerProfile) -> String {
        let rename = Record.renames.first { $0.name == name && $0.applies(to: server.version) }
        return server.naming.spelling(of: rename?.otherName ?? name)
    }

    /// Brings the values of a condition into the words of an older hub.
    private static func translated(_ condition: FilterCondition, for server: ServerProfile) -> FilterCondition {
        guard
            let rename = Record.renames.first(where: { $0.name == condition.key && $0.applies(to: server.version) })
        else { return condition }
        let test: FilterCondition.Test =
            switch condition.test {
            case .oneOf(let values, let orNull): .oneOf(values.map(rename.translated), orNull: orNull)
            case .noneOf(let values): .noneOf(values.map(rename.translated))
            case .isNull, .isNotNull, .ordered, .matches: condition.test
            }
        return FilterCondition(key: condition.key, test: test)
    }

    // MARK: Refusing what the Hub would misread

    private func check() throws(QueryFault) {
        try page.check()
        for condition in filter?.conditions ?? [] { try Self.check(condition) }
    }

    private static var relatedKeys: String {
        let names = Record.relations.map { "\($0.name).…" }
        return names.isEmpty ? "" : ", and \(names.joined(separator: ", "))"
    }

    private static func check(_ condition: FilterCondition) throws(QueryFault) {
        let path = condition.key.split(separator: ".", maxSplits: 1).map(String.init)
        let isAllowed =
            path.count == 2
            ? Record.relations.contains { $0.name == path[0] && $0.filterKeys().contains(path[1]) }
            : Record.filterKeys.contains(condition.key)
        guard isAllowed else {
            throw .invalid(
                "\(Record.collection) can't be filtered by \(condition.key), but by "
                    + "\(Record.filterKeys.joined(separator: ", "))\(Self.relatedKeys)."
            )
        }
        switch condition.test {
        case .oneOf(let values, _) where values.isEmpty, .noneOf(let values) where values.isEmpty:
            throw .invalid("The condition on \(condition.key) has an empty list; the Hub would drop it.")
        case .matches(_, "", _):
            throw .invalid("The condition on \(condition.key) has an empty text; the Hub would drop it.")
        default: break
        }
    }
}
