// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import MessagePack
import StrictJSON

/// The protocol of a decrypted task request, in the form in which the Access Manager is asked about it
/// (bitfount-protocol.md, 4.2).
public struct ProtocolDocument: Sendable, Hashable {
    /// The class of the protocol, such as `bitfount.ResultsOnly`.
    public let className: String
    /// The classes of its algorithms, in order.
    public let algorithmClassNames: [String]
    /// The class of its aggregator, if it has one.
    public let aggregatorClassName: String?
    /// The JSON to send: every key in the modeller's order, unknown ones too, numbers as Python would write them, but
    /// without the `schema` of the algorithms' models. UTF-8, without white space.
    public let accessManagerJSON: [UInt8]
    /// The SHA-256 of the whole protocol, schemas included: its JSON with the keys of every object sorted by their UTF-8
    /// bytes.
    public let sha256: [UInt8]

    /// Whether the pods of the task exchange secret shares, so that the other pods must be approved
    /// (bitfount-protocol.md, 9.5).
    public var usesSecureAggregation: Bool {
        aggregatorClassName == "bitfount.SecureAggregator"
    }

    /// Reads a protocol.
    ///
    /// - Parameters:
    ///   - map: The `serialized_protocol` of the inner request.
    ///   - maximumJSONBytes: The longest JSON; 16 MiB unless told otherwise. Escapes can make it six times as long as the
    ///     request.
    /// - Throws: ``TaskFormatError`` for a protocol without the classes above, or with a value that JSON can't hold.
    public init(_ map: MessagePackMap, maximumJSONBytes: Int = 16 << 20) throws(TaskFormatError) {
        className = try Self.className(of: map, field: Field.className)
        aggregatorClassName = try Self.aggregator(of: map).map { aggregator throws(TaskFormatError) in
            try Self.className(of: aggregator, field: Field.aggregator)
        }

        var names: [String] = []
        var stripped = map
        switch map[Field.algorithm] {
        case .map(let algorithm):
            names = [try Self.className(of: algorithm, field: Field.algorithm)]
            stripped[Field.algorithm] = .map(Self.withoutSchema(algorithm))
        case .array(let values) where !values.isEmpty:
            var algorithms: [MessagePackValue] = []
            for value in values {
                guard let algorithm = value.mapValue else { throw Self.invalid(Field.algorithm) }
                names.append(try Self.className(of: algorithm, field: Field.algorithm))
                algorithms.append(.map(Self.withoutSchema(algorithm)))
            }
            stripped[Field.algorithm] = .array(algorithms)
        case nil:
            throw TaskFormatError(.missingField, in: .protocolDocument, field: Field.algorithm)
        default:
            throw Self.invalid(Field.algorithm)
        }
        algorithmClassNames = names

        accessManagerJSON = try Self.json(stripped, keyOrder: .kept, maximumBytes: maximumJSONBytes)
        sha256 = SHA256.hash(try Self.json(map, keyOrder: .sorted, maximumBytes: maximumJSONBytes))
    }

    private static func json(
        _ map: MessagePackMap,
        keyOrder: JSONKeyOrder,
        maximumBytes: Int
    ) throws(TaskFormatError) -> [UInt8] {
        do {
            return try JSONValue.object(JSONObject(map)).serialized(keyOrder: keyOrder, maximumBytes: maximumBytes)
        } catch {
            throw TaskFormatError(error.code == .tooLarge ? .tooLarge : .noJSONForm, in: .protocolDocument)
        }
    }

    private enum Field {
        static let className = "class_name"
        static let algorithm = "algorithm"
        static let aggregator = "aggregator"
        static let model = "model"
        static let schema = "schema"
    }

    private static func aggregator(of map: MessagePackMap) throws(TaskFormatError) -> MessagePackMap? {
        switch map[Field.aggregator] {
        case nil, .null: return nil
        case .map(let aggregator): return aggregator
        default: throw invalid(Field.aggregator)
        }
    }

    private static func className(of map: MessagePackMap, field: String) throws(TaskFormatError) -> String {
        guard let name = map[Field.className]?.stringValue, !name.isEmpty else { throw invalid(field) }
        return name
    }

    private static func withoutSchema(_ algorithm: MessagePackMap) -> MessagePackMap {
        guard var model = algorithm[Field.model]?.mapValue else { return algorithm }
        model.removeValue(forKey: Field.schema)
        var algorithm = algorithm
        algorithm[Field.model] = .map(model)
        return algorithm
    }

    private static func invalid(_ field: String) -> TaskFormatError {
        TaskFormatError(.invalidField, in: .protocolDocument, field: field)
    }
}
