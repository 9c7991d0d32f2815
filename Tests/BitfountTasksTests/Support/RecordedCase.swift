// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import MessagePack
import TestSupport
import Testing

/// One entry of a fixture.
struct RecordedCase: Sendable, CustomTestStringConvertible {
    let fields: MessagePackMap

    var testDescription: String {
        "\(fields["sdk"]?.stringValue ?? "?") \(fields["name"]?.stringValue ?? "?")"
    }

    var name: String {
        get throws { try text("name") }
    }

    /// The generation of the SDK that made it.
    var generation: Generation {
        get throws { try text("sdk") == "1.0.6" ? .g1 : .g2 }
    }

    func text(_ key: String) throws -> String {
        try #require(fields[key]?.stringValue)
    }

    func bytes(_ key: String) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: text(key))))
    }

    static func all(_ file: String, _ list: String) throws -> [Self] {
        let document = try OrderedJSON.parse(Fixtures.data("bitfount/\(file)"))
        return try #require(document.mapValue?[list]?.arrayValue).map { Self(fields: try #require($0.mapValue)) }
    }
}
