import MessagePack

/// The rules that readers of schema documents apply: unknown keys and types are errors, missing features too.
enum SchemaDocument {
    private static let tableKeys: Set<String> = ["name", "description", "features"]
    private static let version4Keys = tableKeys.union(["number_of_records", "metadata"])

    static func check(_ document: MessagePackValue) throws(BitfountError) {
        guard let map = document.mapValue else { throw fault("expected an object") }
        if let tables = map["tables"] {
            try requireKeys(of: map, in: ["tables", "metadata"], at: "the top level")
            guard let tables = tables.arrayValue, !tables.isEmpty else {
                throw fault("tables: expected a list with a table")
            }
            for table in tables {
                guard let table = table.mapValue else { throw fault("tables: expected objects") }
                try requireKeys(of: table, in: tableKeys, at: "a table")
                try checkTable(table)
            }
        } else {
            try requireKeys(of: map, in: version4Keys, at: "the top level")
            try checkTable(map)
            if let records = map["number_of_records"] { try requireCount(records, at: "number_of_records") }
        }
        guard let metadata = map["metadata"] else { return }
        guard metadata.mapValue != nil else { throw fault("metadata: expected an object") }
    }

    private static func checkTable(_ table: MessagePackMap) throws(BitfountError) {
        guard table["name"]?.stringValue != nil else { throw fault("name: expected a text") }
        try requireDescription(of: table, at: "a table")
        guard let features = table["features"]?.arrayValue else { throw fault("features: expected a list") }
        for feature in features {
            guard let feature = feature.mapValue, let name = feature["featureName"]?.stringValue else {
                throw fault("features: expected objects with a featureName")
            }
            try SchemaFeatureRules.check(feature, at: "the feature \(name)")
        }
    }

    static func requireKeys(of map: MessagePackMap, in known: Set<String>, at place: String) throws(BitfountError) {
        if let unknown = map.keys.first(where: { !known.contains($0) }) {
            throw fault("\(place) has the unknown key \(unknown)")
        }
    }

    static func requireDescription(of map: MessagePackMap, at place: String) throws(BitfountError) {
        guard let description = map["description"], description != .null else { return }
        guard description.stringValue != nil else { throw fault("\(place): description is no text") }
    }

    static func requireCount(_ value: MessagePackValue, at place: String) throws(BitfountError) {
        guard let count = value.intValue, count >= 0 else { throw fault("\(place): expected a number from 0") }
    }

    static func fault(_ problem: String) -> BitfountError {
        BitfountError(.invalidArgument, "the schema can't be used: \(problem)")
    }
}
