// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import Foundation
public import MessagePack
import StrictJSON
import SystemFiles

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
            // Windows programs put a byte order mark before it.
            value = try JSONValue(parsing: json.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(json.dropFirst(3)) : json)
        } catch {
            throw SchemaError(.invalid, "the schema is no JSON: \(error)", underlying: error)
        }
        try self.init(document: MessagePackValue(value), limits: limits)
    }

    /// Reads a document from a JSON file.
    ///
    /// - Throws: ``SchemaError/Code/file`` if it can't be read; otherwise as ``init(json:limits:)``.
    public init(jsonFile url: URL, limits: SchemaLimits = SchemaLimits()) throws(SchemaError) {
        try self.init(json: Self.content(of: url), limits: limits)
    }

    /// The longest JSON text that is read. The indentation of a schema of the largest size takes no more.
    private static let maximumJSONBytes = 128 << 20

    private static func content(of url: URL) throws(SchemaError) -> [UInt8] {
        do throws(FileError) {
            let file = try ReadableFile(url)
            let size = try file.byteCount()
            guard size <= maximumJSONBytes else {
                throw FileError(.failed, "\(url.path) is longer than a schema can be: \(size) bytes")
            }
            return [UInt8](try file.read(Int(size) + 1))
        } catch {
            throw SchemaError(.file, error.description, underlying: error)
        }
    }
}
