// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import MessagePack

/// Reads task requests of both generations (bitfount-protocol.md, 9.1 and 9.2).
///
/// A request has up to three packed layers: the clear envelope, the container with the ciphertext, and the decrypted
/// request. All must be packed in the same generation.
public struct TaskRequestCodec: Sendable {
    private typealias Limits = TaskRequestLimits

    /// A codec.
    public init() {}

    /// Reads the clear envelope.
    ///
    /// - Parameter body: The body of a ``MessageType/jobRequest``, fetched and unwrapped already where it was an address.
    /// - Throws: ``TaskFormatError`` for everything that is not a complete request, but not for an unknown
    ///   ``OuterRequest/authenticationType``: such a request can be decrypted, and its refusal sent.
    public func decodeOuter(_ body: [UInt8]) throws(TaskFormatError) -> OuterRequest {
        let generation = Generation(of: body)
        let value = try generation.unpack(body, limits: Limits.packing, part: .outerRequest)
        var fields = try FieldReader(value, part: .outerRequest)

        let protocolDocument = try fields.required(Key.protocolDocument, \.mapValue)
        let type = AuthenticationType(
            rawValue: try fields.text(Key.authenticationType, maximumBytes: Limits.maximumTextBytes)
        )
        let container = try fields.required(Key.request, \.binaryValue)
        let (encryptedRequest, signature) = try decodeContainer(container, generation, type)

        var outer = OuterRequest(
            generation: generation,
            protocolDocument: protocolDocument,
            authenticationType: type,
            encryptedRequest: encryptedRequest,
            signature: signature
        )
        outer.projectID = try fields.optionalText(Key.projectID, maximumBytes: Limits.maximumTextBytes)
        outer.keyID = try fields.optionalText(Key.keyID, maximumBytes: Limits.maximumTextBytes)
        for (key, path) in RequestFlags.beforeKeyID + RequestFlags.afterKeyID {
            outer.flags[keyPath: path] = try fields.optional(key, \.boolValue)
        }
        outer.flowSpec = try fields.optional(Key.flowSpec) { $0 }
        outer.datasourceName = try fields.optionalText(Key.datasourceName, maximumBytes: Limits.maximumTextBytes)
        outer.unknownKeys = try unknownKeys(of: fields)
        return outer
    }

    /// Decrypts the inner request as far as it is needed to answer it.
    ///
    /// - Parameters:
    ///   - outer: The envelope around it.
    ///   - key: The pod's private key.
    /// - Throws: ``TaskFormatError`` if it does not open or holds no session key: there is nothing to answer with. Any
    ///   other fault is in ``DecryptedRequest/content``.
    public func decrypt(
        _ outer: OuterRequest,
        with key: RSAPrivateKey
    ) async throws(TaskFormatError) -> DecryptedRequest {
        let packed: [UInt8]
        do {
            packed = try await HybridEnvelope.open(outer.encryptedRequest, with: key)
        } catch {
            throw TaskFormatError(.undecryptable, in: .innerRequest, underlying: error)
        }
        return try decodeInner(packed, outer.generation)
    }

    /// Reads a decrypted inner request.
    func decodeInner(_ packed: [UInt8], _ generation: Generation) throws(TaskFormatError) -> DecryptedRequest {
        let value = try generation.unpack(packed, limits: Limits.packing, part: .innerRequest)
        var fields = try FieldReader(value, part: .innerRequest)
        let keyBytes = try fields.required(Key.sessionKey, \.binaryValue)
        let sessionKey: SessionKey
        do {
            sessionKey = try SessionKey(bytes: keyBytes)
        } catch {
            throw TaskFormatError(.invalidField, in: .innerRequest, field: Key.sessionKey, underlying: error)
        }
        return DecryptedRequest(
            sessionKey: sessionKey,
            content: Result { () throws(TaskFormatError) in
                let request = InnerRequest(
                    protocolDocument: try fields.required(Key.protocolDocument, \.mapValue),
                    podIdentifiers: try fields.required(Key.podIdentifiers) { podIdentifiers($0) },
                    sessionKey: sessionKey
                )
                try fields.requireNoOtherKeys()
                return request
            }
        )
    }

    private func decodeContainer(
        _ container: [UInt8],
        _ generation: Generation,
        _ type: AuthenticationType
    ) throws(TaskFormatError) -> (encryptedRequest: [UInt8], signature: [UInt8]?) {
        let value = try generation.unpack(container, limits: Limits.packing, part: .requestContainer)
        var fields = try FieldReader(value, part: .requestContainer)
        let encryptedRequest = try fields.required(Key.encryptedRequest, \.binaryValue)
        var signature: [UInt8]?
        if type == .keyBased {
            signature = try fields.required(Key.signature, \.binaryValue)
        }
        // The shape of a container is only known for the known types.
        if AuthenticationType.known.contains(type) {
            try fields.requireNoOtherKeys()
        }
        return (encryptedRequest, signature)
    }

    private func podIdentifiers(_ value: MessagePackValue) -> [String]? {
        guard let values = value.arrayValue, (1...Limits.maximumPods).contains(values.count) else { return nil }
        let identifiers = values.compactMap(\.stringValue)
        guard identifiers.count == values.count,
            identifiers.allSatisfy({ (1...Limits.maximumTextBytes).contains($0.utf8.count) })
        else { return nil }
        return identifiers
    }

    private func unknownKeys(of fields: FieldReader) throws(TaskFormatError) -> [String] {
        let keys = fields.unknownKeys
        guard keys.count <= Limits.maximumUnknownKeys,
            keys.allSatisfy({ $0.utf8.count <= Limits.maximumTextBytes })
        else { throw TaskFormatError(.unexpectedField, in: .outerRequest) }
        return keys
    }
}

extension TaskRequestCodec {
    /// The keys of bitfount-protocol.md, 9.1 and 9.2, apart from the switches.
    enum Key {
        static let protocolDocument = "serialized_protocol"
        static let authenticationType = "auth_type"
        static let request = "request"
        static let projectID = "project_id"
        static let keyID = "key_id"
        static let flowSpec = "flow_spec_raw"
        static let datasourceName = "datasource_name"
        static let encryptedRequest = "encrypted_request"
        static let signature = "signature"
        static let podIdentifiers = "pod_identifiers"
        static let sessionKey = "aes_key"
    }
}
