// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A related record that the Hub embeds when it is asked to.
public struct Relation<Record: HubRecord>: Sendable {
    /// The name of the relation and of the field that holds the embedded record.
    public let name: String
    let filterKeys: @Sendable () -> [String]
    let secretFields: Set<String>
    let kind: @Sendable (String) -> FieldKind
    let modernize: @Sendable (inout JSONObject) -> Void

    init<Related: HubRecord>(_ name: String, _ related: Related.Type) {
        self.name = name
        self.filterKeys = { Related.filterKeys }
        self.secretFields = Related.secretFields
        self.kind = { Related.kind(of: $0) }
        self.modernize = { RowModernizer.modernize(&$0, as: Related.self) }
    }
}

/// Which related records to embed, such as `[.registry]`, `.all` or `.none`.
public struct Include<Record: HubRecord>: Sendable, ExpressibleByArrayLiteral {
    let relations: [Relation<Record>]

    /// These relations.
    public init(_ relations: [Relation<Record>]) {
        self.relations = relations
    }

    /// These relations.
    public init(arrayLiteral elements: Relation<Record>...) {
        self.init(elements)
    }

    /// No related records: the smallest reply.
    public static var none: Self { [] }
    /// Every relation that the Hub offers for the record.
    public static var all: Self { Self(Record.relations) }
}
