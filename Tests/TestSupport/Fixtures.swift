// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Recorded bytes of the genuine peers, shared by all test targets.
public enum Fixtures {
    /// The contents of a file below `Tests/TestSupport/Fixtures`, such as `bitfount/keys.json`.
    public static func data(_ path: String) throws -> Data {
        try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(path)"))
    }

    /// A decoded JSON fixture.
    public static func json<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: data(path))
    }
}
