// SPDX-License-Identifier: Apache-2.0

/// Which records a list has.
indirect enum FlameFilter: Sendable, Equatable {
    case all([FlameFilter])
    case any([FlameFilter])
    case not(FlameFilter)
    case test(FlameKey, FlameTest)

    static let everything = FlameFilter.all([])

    func passes(_ row: FlameRow, in resource: FlameResource, _ state: FlameState) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.passes(row, in: resource, state) }
        case .any(let parts): parts.contains { $0.passes(row, in: resource, state) }
        case .not(let part): !part.passes(row, in: resource, state)
        case .test(let key, let test): test.passes(key.value(of: row, in: resource, state), negationsTakeNull: !state.release.isOld)
        }
    }

    /// The values that a field of the record itself must have one of, for each field of which the filter says so.
    var required: [(field: String, values: [JSONValue])] {
        switch self {
        case .all(let parts): parts.flatMap(\.required)
        case .test(let key, .isOne(let values, let orNull)) where key.relation == nil:
            [(key.field, orNull ? values + [.null] : values)]
        case .test(let key, .isNull) where key.relation == nil: [(key.field, [.null])]
        default: []
        }
    }

    /// Whether it is one test and nothing else.
    var isSingleTest: Bool {
        switch self {
        case .test: true
        case .all(let parts): parts.count == 1 && parts[0].isSingleTest
        case .any, .not: false
        }
    }

    /// The tests of a filter that only joins equalities by *and*, as the log endpoints want it; nil otherwise.
    var equalities: [String: String]? {
        switch self {
        case .all(let parts):
            var found: [String: String] = [:]
            for part in parts {
                guard let some = part.equalities else { return nil }
                found.merge(some) { $1 }
            }
            return found
        case .test(let key, .isOne(let values, orNull: false)) where values.count == 1:
            return values[0].stringValue.map { [key.field: $0] }
        default: return nil
        }
    }
}
