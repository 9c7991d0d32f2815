import MessagePack

/// The form that an identity provider had the modeller's browser post: ``MessageType/samlResponse``
/// (bitfount-protocol.md, 9.7).
///
/// The modeller chooses the names of the fields, so the pod's own fields must be set over them
/// (bitfount-protocol.md, 4.2).
public struct SAMLResponse: Sendable, Hashable {
    /// The fields by their names, normally `SAMLResponse` and `RelayState`; not for logs.
    public var form: [String: String]

    /// Makes an answer, on the modeller's side.
    public init(form: [String: String]) {
        self.form = form
    }

    /// Reads an answer: a map that has at least one field, and only texts.
    ///
    /// - Parameters:
    ///   - body: The opened message.
    ///   - maximumFields: The most fields; 16 unless told otherwise.
    ///   - maximumTextBytes: The longest name or text; 256 KiB unless told otherwise.
    public init(
        body: MessagePackValue,
        maximumFields: Int = 16,
        maximumTextBytes: Int = 256 << 10
    ) throws(TaskFormatError) {
        guard let map = body.mapValue, (1...maximumFields).contains(map.count) else {
            throw TaskFormatError(.invalidField, in: .message)
        }
        form = [:]
        for (name, value) in map {
            guard let text = value.stringValue,
                name.utf8.count <= maximumTextBytes, text.utf8.count <= maximumTextBytes
            else { throw TaskFormatError(.invalidField, in: .message) }
            form[name] = text
        }
    }

    /// What to seal and send.
    public var body: MessagePackValue {
        .map(MessagePackMap(form.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}

extension SAMLResponse: CustomStringConvertible {
    /// A constant: the content is secret.
    public var description: String { "SAMLResponse(<redacted>)" }
}
