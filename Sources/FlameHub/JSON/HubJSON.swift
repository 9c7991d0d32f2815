// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A JSON value as a Hub sends and takes it: whole numbers stay whole, and no field is lost because a model does not
/// know it.
public typealias JSONValue = StrictJSON.JSONValue
/// The fields of a JSON object by name.
public typealias JSONObject = StrictJSON.JSONObject

extension JSONValue {
    /// Reads a reply. Half a surrogate pair, which is all that a server leaves of a character when it cuts a text there,
    /// becomes U+FFFD: one odd log line must not cost a page.
    init(reply bytes: some Sequence<UInt8>) throws(JSONError) {
        try self.init(parsing: bytes, limits: JSONLimits(replacesLoneSurrogates: true))
    }

    /// The value as JSON with sorted keys: equal values have equal texts. `null` for one with a number that is not
    /// finite, which no Hub sends.
    public var text: String {
        (try? serialized(keyOrder: .sorted)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    /// The whole number, if this is one; a number such as `50.0` counts.
    var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// Whether this is `null`.
    var isNull: Bool { self == .null }

    /// What kind of value this is, for messages that must not repeat the value.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .unsigned, .double: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
