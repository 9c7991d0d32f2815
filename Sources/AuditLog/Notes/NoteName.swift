/// The rules for the names of keys and logs in signed notes (C2SP signed-note).
enum NoteName {
    /// Longer names serve nothing but an attacker.
    static let maximumBytes = 512

    /// Whether the name is not empty and has no space of any kind, no plus and no control character.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.count <= maximumBytes
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            }
    }
}
