// SPDX-License-Identifier: Apache-2.0

/// A collection of the Hub: its fields, what can be asked for, and what is done on writes
/// (flame-hub.md, 3.5 and 4).
struct FlameResource: Sendable {
    enum Operation: Sendable {
        case list, get, create, update, delete
    }

    let name: String
    let service: FlameService
    let operations: Set<Operation>
    let fields: [FlameField]
    let relations: [FlameRelation]
    let filterKeys: Set<String>
    let sortKeys: [String]
    let defaultSort: FlameSort?
    /// Groups of fields that no two records may share.
    let uniqueKeys: [[String]]
    /// Fields by which records are found quickly.
    let indexed: [String]
    /// Names that hub 0.8 has for fields; what is not here is only spelled in another way.
    let oldNames: [String: String]
    /// Fields that hub 0.8 does not have.
    let newFields: Set<String>
    let rules: FlameRules

    private let fieldsByName: [String: FlameField]
    private let relationsByName: [String: FlameRelation]

    init(
        _ name: String,
        _ service: FlameService,
        _ operations: Set<Operation> = [.list, .get, .create, .update, .delete],
        fields: [FlameField],
        relations: [FlameRelation] = [],
        filterKeys: Set<String> = [],
        sortKeys: [String] = ["createdAt", "updatedAt"],
        defaultSort: FlameSort? = nil,
        uniqueKeys: [[String]] = [],
        indexed: [String] = [],
        oldNames: [String: String] = [:],
        newFields: Set<String> = [],
        rules: FlameRules = FlameRules()
    ) {
        self.name = name
        self.service = service
        self.operations = operations
        self.fields = fields
        self.relations = relations
        self.filterKeys = filterKeys
        self.sortKeys = sortKeys
        self.defaultSort = defaultSort
        self.uniqueKeys = uniqueKeys
        self.indexed = indexed
        self.oldNames = oldNames
        self.newFields = newFields
        self.rules = rules
        fieldsByName = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0) })
        relationsByName = Dictionary(uniqueKeysWithValues: relations.map { ($0.name, $0) })
    }

    /// The collection as a release has it.
    func asOf(_ release: FlameRelease) -> FlameResource {
        guard release.isOld, !newFields.isEmpty else { return self }
        return FlameResource(
            name,
            service,
            operations,
            fields: fields.filter { !newFields.contains($0.name) },
            relations: relations,
            filterKeys: filterKeys.subtracting(newFields),
            sortKeys: sortKeys.filter { !newFields.contains($0) },
            defaultSort: defaultSort,
            uniqueKeys: uniqueKeys,
            indexed: indexed,
            oldNames: oldNames,
            rules: rules
        )
    }

    func field(_ name: String) -> FlameField? { fieldsByName[name] }

    /// The fields that can be told.
    var shownFields: [FlameField] {
        fields.filter { if case .password = $0.kind { false } else { true } }
    }

    func relation(_ name: String) -> FlameRelation? { relationsByName[name] }

    /// What the records are called in messages, such as `analysis-node`.
    var singular: String {
        switch name {
        case "analyses": "analysis"
        case "registries": "registry"
        default: String(name.dropLast())
        }
    }
}
