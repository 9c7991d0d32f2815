// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// Reads the fields of a foreign map one by one and remembers which keys it did not ask for.
///
/// MessagePack's nil counts as absent: Python leaves such fields out, but reads them alike.
struct FieldReader {
    private let map: MessagePackMap
    private let part: TaskFormatError.Part
    private var asked: Set<String> = []

    init(_ value: MessagePackValue, part: TaskFormatError.Part) throws(TaskFormatError) {
        guard let map = value.mapValue else { throw TaskFormatError(.invalidField, in: part) }
        self.map = map
        self.part = part
    }

    /// The keys that no read asked for, in their order.
    var unknownKeys: [String] {
        map.keys.filter { !asked.contains($0) }
    }

    mutating func optional<Value>(
        _ key: String,
        _ read: (MessagePackValue) -> Value?
    ) throws(TaskFormatError) -> Value? {
        asked.insert(key)
        guard let value = map[key], !value.isNull else { return nil }
        guard let result = read(value) else { throw TaskFormatError(.invalidField, in: part, field: key) }
        return result
    }

    mutating func required<Value>(_ key: String, _ read: (MessagePackValue) -> Value?) throws(TaskFormatError) -> Value
    {
        guard let value = try optional(key, read) else { throw TaskFormatError(.missingField, in: part, field: key) }
        return value
    }

    /// A text of at least one and at most `maximumBytes` bytes.
    mutating func text(_ key: String, maximumBytes: Int) throws(TaskFormatError) -> String {
        try required(key) { Self.text($0, maximumBytes: maximumBytes) }
    }

    /// A text as above, if there is one.
    mutating func optionalText(_ key: String, maximumBytes: Int) throws(TaskFormatError) -> String? {
        try optional(key) { Self.text($0, maximumBytes: maximumBytes) }
    }

    /// Refuses fields that no read asked for.
    func requireNoOtherKeys() throws(TaskFormatError) {
        guard unknownKeys.isEmpty else { throw TaskFormatError(.unexpectedField, in: part) }
    }

    private static func text(_ value: MessagePackValue, maximumBytes: Int) -> String? {
        guard let text = value.stringValue, (1...maximumBytes).contains(text.utf8.count) else { return nil }
        return text
    }
}
