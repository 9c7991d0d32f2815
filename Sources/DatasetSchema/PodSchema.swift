// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import Foundation
public import MessagePack
import StrictJSON

/// A dataset's schema document, of version 1 or 4 (bitfount-protocol.md, 5).
public struct PodSchema: Sendable, Hashable {
    /// The document, with its keys in the order of writing.
    public let document: MessagePackValue
    /// The bytes that are uploaded: MessagePack, never compressed.
    public let packed: [UInt8]

    /// Lower-case hex SHA-256 of ``packed``.
    public var sha256: String { Hex.encode(SHA256.hash(packed)) }

    /// Checks a document as strictly as its readers do.
    ///
    /// - Throws: ``SchemaError/Code/invalid`` for a document that readers would refuse, ``SchemaError/Code/tooLarge`` for one that the Hub would.
    public init(document: MessagePackValue, limits: SchemaLimits = SchemaLimits()) throws(SchemaError) {
        try SchemaDocument.check(document)
        let packed = MessagePackEncoder.encode(document)
        guard packed.count <= limits.packedBytes else {
            throw SchemaError(
                .tooLarge,
                "the schema has \(packed.count) bytes, but the Hub takes at most \(limits.packedBytes)"
            )
        }
        self.document = document
        self.packed = packed
    }

    /// Reads a document from JSON.
    ///
    /// - Throws: ``SchemaError/Code/invalid`` for what is no JSON or no schema, ``SchemaError/Code/tooLarge`` for one that the Hub would refuse.
    public init(json: [UInt8], limits: SchemaLimits = SchemaLimits()) throws(SchemaError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: json)
        } catch {
            throw SchemaError(.invalid, "the schema is no JSON: \(error)", underlying: error)
        }
        try self.init(document: MessagePackValue(value), limits: limits)
    }

    /// Reads a document from a JSON file.
    ///
    /// - Throws: ``SchemaError/Code/file`` if it can't be read; otherwise as ``init(json:limits:)``.
    public init(jsonFile url: URL, limits: SchemaLimits = SchemaLimits()) throws(SchemaError) {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: url))
        } catch {
            throw SchemaError(.file, "\(url.path) can't be read", underlying: error)
        }
        try self.init(json: bytes, limits: limits)
    }
}
