import MessagePack

/// The rules that readers of schema documents apply: unknown keys and types are errors, missing features too.
enum SchemaDocument {
    private static let featureKeys: Set<String> = [
        "featureName", "description", "dtype", "semanticType", "encoder", "dimensions", "formats", "modes",
    ]
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
        }
        guard let metadata = map["metadata"] else { return }
        guard metadata.mapValue != nil else { throw fault("metadata: expected an object") }
    }

    private static func checkTable(_ table: MessagePackMap) throws(BitfountError) {
        guard table["name"]?.stringValue != nil else { throw fault("name: expected a text") }
        guard let features = table["features"]?.arrayValue else { throw fault("features: expected a list") }
        for feature in features {
            guard let feature = feature.mapValue, let name = feature["featureName"]?.stringValue else {
                throw fault("features: expected objects with a featureName")
            }
            try requireKeys(of: feature, in: featureKeys, at: "the feature \(name)")
            guard let type = feature["dtype"]?.stringValue, isType(type) else {
                throw fault("the feature \(name): dtype is no data type of pandas")
            }
            guard let semanticType = feature["semanticType"]?.stringValue, SemanticType(rawValue: semanticType) != nil
            else {
                throw fault("the feature \(name): semanticType is none of \(SemanticType.allCases.map(\.rawValue))")
            }
        }
    }

    private static func requireKeys(of map: MessagePackMap, in known: Set<String>, at place: String)
        throws(BitfountError)
    {
        if let unknown = map.keys.first(where: { !known.contains($0) }) {
            throw fault("\(place) has the unknown key \(unknown)")
        }
    }

    private static let plainTypes: Set<String> = [
        "bool", "boolean", "string", "object", "category", "str", "int", "float", "complex",
    ]
    private static let numericTypes: Set<String> = [
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
    ]

    private static func isType(_ name: String) -> Bool {
        // The nullable types of pandas are those of numpy with a capital letter.
        plainTypes.contains(name) || numericTypes.contains(name.lowercased())
            || name.hasPrefix("datetime64[") || name.hasPrefix("timedelta64[") || name.hasPrefix("string[")
    }

    private static func fault(_ problem: String) -> BitfountError {
        BitfountError(.invalidArgument, "the schema can't be used: \(problem)")
    }
}
