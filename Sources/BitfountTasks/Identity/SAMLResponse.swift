// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// The form that an identity provider had the modeller's browser post: ``MessageType/samlResponse``
/// (bitfount-protocol.md, 9.7).
///
/// The modeller chooses the names of the fields, so the pod's own fields must be set over them
/// (bitfount-protocol.md, 4.2).
public struct SAMLResponse: Sendable, Hashable {
    /// The fields by their names, normally `SAMLResponse` and `RelayState`; not for logs.
    public var form: [String: String]

    private static let maximumFields = 16
    /// Of a name or a text.
    private static let maximumTextBytes = 256 << 10

    /// Reads an answer: a map that has at least one field, and only texts.
    ///
    /// - Parameter body: The opened message.
    public init(body: MessagePackValue) throws(TaskFormatError) {
        guard let map = body.mapValue, (1...Self.maximumFields).contains(map.count) else {
            throw TaskFormatError(.invalidField, in: .message)
        }
        form = [:]
        for (name, value) in map {
            guard let text = value.stringValue,
                name.utf8.count <= Self.maximumTextBytes, text.utf8.count <= Self.maximumTextBytes
            else { throw TaskFormatError(.invalidField, in: .message) }
            form[name] = text
        }
    }
}

extension SAMLResponse: CustomStringConvertible {
    /// A constant: the content is secret.
    public var description: String { "SAMLResponse(<redacted>)" }
}
