// SPDX-License-Identifier: Apache-2.0

/// Words that hub 0.8 had for statuses (flame-hub.md, 4.6).
extension FlameField {
    private static let oldWords = ["executed": "finished", "executing": "running"]

    private var hasOldWords: Bool { name.hasSuffix("Status") && name != "approvalStatus" }

    /// The value in the words of hub 0.8.
    func old(_ value: JSONValue) -> JSONValue {
        guard hasOldWords, let word = value.stringValue.flatMap({ Self.oldWords[$0] }) else { return value }
        return .string(word)
    }

    /// The value in today's words; one that hub 0.8 does not know becomes one that nobody knows.
    func today(_ value: JSONValue) -> JSONValue {
        guard hasOldWords, let text = value.stringValue else { return value }
        if let word = Self.oldWords.first(where: { $0.value == text })?.key { return .string(word) }
        return Self.oldWords[text] == nil ? value : .string("")
    }
}
