// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Bytes that `Codable` writes as `Data`, which is Base64 in JSON, and not as one number per byte.
@propertyWrapper
public struct DataCoded: Sendable, Hashable, Codable {
    /// The bytes.
    public var wrappedValue: [UInt8]

    /// Wraps bytes.
    public init(wrappedValue: [UInt8]) {
        self.wrappedValue = wrappedValue
    }

    /// Reads `Data`.
    public init(from decoder: any Decoder) throws {
        wrappedValue = try [UInt8](decoder.singleValueContainer().decode(Data.self))
    }

    /// Writes `Data`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(wrappedValue))
    }
}
