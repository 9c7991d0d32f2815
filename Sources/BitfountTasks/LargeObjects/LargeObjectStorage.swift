/// A place for a body that is too long for a message (bitfount-protocol.md, 7.9).
///
/// Both addresses are pre-signed: whoever knows them may use them, so they are not for logs.
public struct LargeObjectStorage: Sendable, Hashable {
    /// Where to post the content; absent when the service offers no single-request upload.
    public var uploadURL: String?
    /// The form fields to post along with the content.
    public var uploadFields: [String: String]
    /// The address to send in place of the body.
    public var downloadURL: String

    /// Makes a place from its fields.
    public init(uploadURL: String?, uploadFields: [String: String], downloadURL: String) {
        self.uploadURL = uploadURL
        self.uploadFields = uploadFields
        self.downloadURL = downloadURL
    }
}

extension LargeObjectStorage: CustomStringConvertible {
    /// A constant: the addresses are secrets.
    public var description: String {
        "LargeObjectStorage(<redacted>)"
    }
}
