// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// The body of a create or an update, field by field.
enum RecordWriter {
    /// The fields that are sent, by their newest names.
    static func fields(_ body: some Encodable) throws(FlameHubError) -> JSONObject {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .custom { path in
            let name = path.last?.stringValue ?? ""
            return WireKey(FieldNaming.wireName(ofProperty: name))
        }
        do {
            return try JSONValue(parsing: encoder.encode(body)).objectValue ?? [:]
        } catch {
            throw FlameHubError(.invalidRequest, "The fields can't be written as JSON.", underlying: error)
        }
    }

    private struct WireKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}
