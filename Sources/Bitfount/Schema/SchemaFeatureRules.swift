import MessagePack

/// What readers of schema documents demand of a feature, by its semantic type (bitfount-protocol.md, 5.3).
enum SchemaFeatureRules {
    private static let commonKeys: Set<String> = ["featureName", "description", "dtype", "semanticType"]
    private static let imageKeys = ["dimensions", "formats", "modes"]

    static func check(_ feature: MessagePackMap, at place: String) throws(BitfountError) {
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

    private static func checkEncoder(_ encoder: MessagePackValue?, at place: String) throws(BitfountError) {
        guard let encoder else { return }
        guard let encoder = encoder.mapValue, let classes = encoder["classes"]?.mapValue else {
            throw SchemaDocument.fault("\(place): encoder: expected an object with classes")
        }
        try SchemaDocument.requireKeys(of: encoder, in: ["classes"], at: "\(place): encoder")
        for (label, number) in classes {
            try SchemaDocument.requireCount(number, at: "\(place): encoder: the class \(label)")
        }
    }

    private static func checkImage(_ feature: MessagePackMap, at place: String) throws(BitfountError) {
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
