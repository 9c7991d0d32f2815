// SPDX-License-Identifier: Apache-2.0

import Foundation
import MessagePack
import TestSupport
import Testing

/// The bytes that the SDKs wrote.
struct RecordedValueTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let fields: MessagePackMap

        var packed: [UInt8] {
            get throws {
                let base64 = try #require(fields["packed_b64"]?.stringValue)
                return Array(try #require(Data(base64Encoded: base64)))
            }
        }

        var testDescription: String {
            "\(file) \(fields["name"]?.stringValue ?? String(describing: fields["packed_b64"]))"
        }

        static func all(_ file: String) throws -> [Self] {
            let document = try OrderedJSON.parse(Fixtures.data("bitfount/\(file)"))
            return try #require(document.mapValue?["cases"]?.arrayValue).map {
                Self(file: file, fields: try #require($0.mapValue))
            }
        }
    }

    @Test(arguments: try Case.all("msgpack.json").filter { $0.fields["ok"] == true } + Case.all("s3_objects.json"))
    func isReadAndWrittenAlike(recorded: Case) throws {
        let value = try #require(recorded.fields["value"])
        let packed = try recorded.packed
        #expect(MessagePackEncoder.encode(value) == packed)
        #expect(try MessagePackDecoder.decode(packed) == value)
        #expect(MessagePackEncoder.encode(try MessagePackDecoder.decode(packed)) == packed)
    }

    @Test(arguments: try Case.all("msgpack.json").filter { $0.fields["ok"] == false })
    func isRefused(recorded: Case) throws {
        let expected: [String: MessagePackError.Code] = [
            "reserved byte": .reservedByte, "bytes after the end": .trailingBytes, "not UTF-8": .invalidText,
            "100000 arrays deep": .limitExceeded,
        ]
        let name = try #require(recorded.fields["name"]?.stringValue)
        let packed = try recorded.packed
        let error = #expect(throws: MessagePackError.self) { try MessagePackDecoder.decode(packed) }
        #expect(error?.code == expected[name] ?? .truncated)
    }

    @Test(arguments: try Case.all("s3_objects.json"))
    func hasTheLengthAnnouncedToTheHub(recorded: Case) throws {
        let value = try #require(recorded.fields["value"])
        #expect(Int64(MessagePackEncoder.encode(value).count) == recorded.fields["schemaSize"]?.intValue)
    }
}
