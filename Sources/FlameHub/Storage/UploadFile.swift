// SPDX-License-Identifier: Apache-2.0

import Foundation
public import HTTPTransport

/// A file to put into a bucket.
public struct UploadFile: Sendable {
    /// Where it is to be, such as `src/main.py`; unique in its bucket.
    public var path: String
    /// Where its bytes come from; a file is read while it is sent.
    public var content: MultipartForm.File.Content
    /// Its media type. The Hub does not keep it.
    public var contentType: String

    /// A file to put into a bucket.
    public init(
        path: String,
        content: MultipartForm.File.Content,
        contentType: String = "application/octet-stream"
    ) {
        self.path = path
        self.content = content
        self.contentType = contentType
    }
}
