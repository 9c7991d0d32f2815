// SPDX-License-Identifier: Apache-2.0

/// A record that can be embedded in another.
struct FlameRelation: Sendable {
    let name: String
    /// The field that holds the related record's id.
    let key: String
    /// The related record's collection.
    let target: String

    init(_ name: String, _ key: String, _ target: String) {
        self.name = name
        self.key = key
        self.target = target
    }
}
