// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A field whose name or words changed over time (flame-hub.md, 8.1).
public struct FieldRename: Sendable {
    /// The name that the models use.
    let name: String
    /// What it is called elsewhere, in camel case.
    let otherName: String
    /// The first hub that knows ``name``; `nil` if the release is not known, so that it is read but never sent.
    let since: HubVersion?
    /// Words that changed with the name: the word that the models use, and the other one.
    let words: [String: String]

    init(_ name: String, otherwise otherName: String, since: HubVersion?, words: [String: String] = [:]) {
        self.name = name
        self.otherName = otherName
        self.since = since
        self.words = words
    }

    /// A field that kept its name while its words changed.
    init(_ name: String, since: HubVersion?, words: [String: String]) {
        self.init(name, otherwise: name, since: since, words: words)
    }

    /// Whether a hub knows only the other name.
    func applies(to version: HubVersion?) -> Bool {
        guard let since, let version else { return false }
        return version < since
    }

    /// The value in today's words, for one that was read.
    func modernized(_ value: JSONValue) -> JSONValue {
        guard let text = value.stringValue else { return value }
        return words.first { $0.value == text }.map { .string($0.key) } ?? value
    }

    /// The value in the other words, for one that is sent.
    func translated(_ value: JSONValue) -> JSONValue {
        guard let text = value.stringValue, let word = words[text] else { return value }
        return .string(word)
    }
}
