// SPDX-License-Identifier: Apache-2.0

/// A key to sort by.
struct FlameSort: Sendable, Equatable {
    let key: String
    let isDescending: Bool

    init(_ key: String, descending isDescending: Bool = false) {
        self.key = key
        self.isDescending = isDescending
    }
}
