// SPDX-License-Identifier: Apache-2.0

/// A permission to store one object.
package struct PresignedUpload: Sendable {
    /// Where to send the form.
    package let url: String
    /// The form's fields before the file (bitfount-protocol.md, 3.6).
    package let fields: [String: String]
    /// The object's key.
    package let key: String
}

/// A permission to store one object in parts.
package struct MultipartUpload: Sendable {
    /// One URL per part, in order.
    package let urls: [String]
    /// The size of all parts but the last, in bytes.
    package let chunkSize: Int
    /// The upload's id.
    package let uploadID: String
    /// The object's key.
    package let key: String
}
