// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// The rules that readers of schema documents apply: unknown keys and types are errors, missing features too.
enum SchemaDocument {
    private static let tableKeys: Set<String> = ["name", "description", "features"]
    private static let version4Keys = tableKeys.union(["number_of_records", "metadata"])

    static func check(_ document: MessagePackValue) throws(SchemaError) {
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

    private static func checkTable(_ table: MessagePackMap) throws(SchemaError) {
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

    static func requireKeys(of map: MessagePackMap, in known: Set<String>, at place: String) throws(SchemaError) {
        if let unknown = map.keys.first(where: { !known.contains($0) }) {
            throw fault("\(place) has the unknown key \(unknown)")
        }
    }

    static func requireDescription(of map: MessagePackMap, at place: String) throws(SchemaError) {
        guard let description = map["description"], description != .null else { return }
        guard description.stringValue != nil else { throw fault("\(place): description is no text") }
    }

    static func requireCount(_ value: MessagePackValue, at place: String) throws(SchemaError) {
        guard let count = value.intValue, count >= 0 else { throw fault("\(place): expected a number from 0") }
    }

    static func fault(_ problem: String) -> SchemaError {
        SchemaError(.invalid, "the schema can't be used: \(problem)")
    }
}

/// One column as a schema document describes it (bitfount-protocol.md, 5.3).
struct SchemaFeature {
    let name: String
    let type: ColumnType
    let semanticType: SemanticType
    /// The labels of a categorical column with their numbers, in the labels' order.
    let classes: [(label: String, number: Int)]

    /// The feature's record: the name first, the other keys in alphabetical order.
    var record: MessagePackValue {
        var pairs: [(String, MessagePackValue)] = [
            ("featureName", .string(name)), ("description", .null),
        ]
        if semanticType == .image { pairs.append(("dimensions", .map(MessagePackMap()))) }
        pairs.append(("dtype", .string(type.rawValue)))
        if semanticType == .categorical {
            let classes = MessagePackMap(classes.map { ($0.label, .int(Int64($0.number))) })
            pairs.append(("encoder", ["classes": .map(classes)]))
        }
        if semanticType == .image {
            pairs += [("formats", .map(MessagePackMap())), ("modes", .map(MessagePackMap()))]
        }
        pairs.append(("semanticType", .string(semanticType.rawValue)))
        return .map(MessagePackMap(pairs))
    }
}

/// What readers of schema documents demand of a feature, by its semantic type (bitfount-protocol.md, 5.3).
enum SchemaFeatureRules {
    private static let commonKeys: Set<String> = ["featureName", "description", "dtype", "semanticType"]
    private static let imageKeys = ["dimensions", "formats", "modes"]

    static func check(_ feature: MessagePackMap, at place: String) throws(SchemaError) {
        guard let name = feature["semanticType"]?.stringValue, let semanticType = SemanticType(rawValue: name) else {
            let known = SemanticType.allCases.map(\.rawValue).joined(separator: ", ")
            throw SchemaDocument.fault("\(place): semanticType is none of \(known)")
        }
        try SchemaDocument.requireKeys(of: feature, in: keys(semanticType), at: place)
        try SchemaDocument.requireDescription(of: feature, at: place)
        guard let type = feature["dtype"]?.stringValue, isType(type) else {
            throw SchemaDocument.fault("\(place): dtype is no data type of pandas")
        }
        switch semanticType {
        case .categorical: try checkEncoder(feature["encoder"], at: place)
        case .image: try checkImage(feature, at: place)
        case .continuous, .text: break
        }
    }

    private static func keys(_ semanticType: SemanticType) -> Set<String> {
        switch semanticType {
        case .categorical: commonKeys.union(["encoder"])
        case .image: commonKeys.union(imageKeys)
        case .continuous, .text: commonKeys
        }
    }

    private static func checkEncoder(_ encoder: MessagePackValue?, at place: String) throws(SchemaError) {
        guard let encoder else { return }
        guard let encoder = encoder.mapValue, let classes = encoder["classes"]?.mapValue else {
            throw SchemaDocument.fault("\(place): encoder: expected an object with classes")
        }
        try SchemaDocument.requireKeys(of: encoder, in: ["classes"], at: "\(place): encoder")
        for (label, number) in classes {
            try SchemaDocument.requireCount(number, at: "\(place): encoder: the class \(label)")
        }
    }

    private static func checkImage(_ feature: MessagePackMap, at place: String) throws(SchemaError) {
        for key in imageKeys {
            guard let counts = feature[key]?.mapValue else {
                throw SchemaDocument.fault("\(place): \(key): expected an object with counts")
            }
            for (name, count) in counts {
                try SchemaDocument.requireCount(count, at: "\(place): \(key): \(name)")
                guard key != "dimensions" || name.wholeMatch(of: /\([0-9]+, ?[0-9]+\)/) != nil else {
                    throw SchemaDocument.fault("\(place): dimensions: expected keys such as (512, 512), not \(name)")
                }
            }
        }
    }

    private static let types: Set<String> = [
        "bool", "boolean", "string", "string[python]", "object", "category", "str", "bytes", "int", "uint", "float",
        "complex",
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
        "float16", "float32", "float64", "Float32", "Float64", "complex64", "complex128",
    ]

    private static func isType(_ name: String) -> Bool {
        types.contains(name)
            || name.wholeMatch(of: /(datetime|timedelta)64(\[(Y|M|W|D|h|m|s|ms|us|ns)(, .+)?\])?/) != nil
    }
}
