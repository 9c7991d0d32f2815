// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Decodable {
    /// Reads a value of known shape from untrusted bytes: the strict reader decides what they say, and nothing else looks at
    /// them. Unknown members are ignored.
    ///
    /// - Throws: ``JSONError`` for what is no acceptable JSON, `DecodingError` for another shape.
    public init(strictJSON bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws {
        let value = try JSONValue(parsing: bytes, limits: limits)
        self = try JSONDecoder().decode(Self.self, from: Data(value.serialized()))
    }
}
