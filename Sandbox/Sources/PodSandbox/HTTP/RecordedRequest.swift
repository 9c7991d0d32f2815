// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A request as it arrived at a stand-in.
package struct RecordedRequest: Sendable {
    /// When it arrived.
    package let at: Date
    /// The HTTP method.
    package let method: String
    /// The path, percent-decoded.
    package let path: String
    /// The query's names and values, percent-decoded, in the order they came.
    package let query: [Pair]
    /// The headers, names in lower case, in the order they came.
    package let headers: [Pair]
    /// The body; empty where the stand-in streams bodies.
    package let body: Data
    /// The status that was answered; nil while there is none, and when the connection was dropped instead.
    package internal(set) var status: Int?

    /// A name and its value.
    package struct Pair: Sendable, Hashable {
        /// The name.
        package let name: String
        /// The value.
        package let value: String
    }

    /// The first value of the header `name` (lower case).
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The body as JSON, or nil.
    package var json: JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: body)
    }
}
