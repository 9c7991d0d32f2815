// SPDX-License-Identifier: Apache-2.0

/// An object in the store.
struct StoredObject: Sendable {
    let bytes: StoredBytes
    /// Without quotation marks.
    let entityTag: String
}
