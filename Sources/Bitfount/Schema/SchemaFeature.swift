import MessagePack

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
