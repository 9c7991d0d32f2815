import MessagePack

/// The form that the modeller's identity provider had its browser post (protocol reference, section 9.7).
struct SAMLAnswer: Sendable {
    /// The form's fields, as they go to the Access Manager below the agent's own.
    let form: [String: String]

    /// Reads an answer: a map from text to text within `limits`, not empty; `nil` otherwise.
    init?(_ value: MessagePackValue, limits: IdentityLimits) {
        guard let map = value.mapValue, (1...limits.maximumFormFields).contains(map.keys.count) else { return nil }
        var form: [String: String] = [:]
        for key in map.keys {
            guard key.utf8.count <= limits.maximumFieldBytes,
                let text = map[key]?.stringValue, text.utf8.count <= limits.maximumFormFieldBytes
            else { return nil }
            form[key] = text
        }
        self.form = form
    }
}
