// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Brings rows of every hub version into the newest spelling, and bodies back into the spelling of the hub at hand.
///
/// No field is lost: unknown ones are only respelled.
enum RowModernizer {
    static func modernize<Record: HubRecord>(_ row: inout JSONObject, as type: Record.Type) {
        if row.keys.contains(where: { $0.utf8.contains(UInt8(ascii: "_")) }) {
            row = JSONObject(row.map { (FieldNaming.newest($0.key), $0.value) })
        }
        for rename in type.renames where row[rename.name] == nil || rename.otherName == rename.name {
            guard let value = row.removeValue(forKey: rename.otherName) else { continue }
            row[rename.name] = rename.modernized(value)
        }
        for relation in type.relations {
            guard case .object(var embedded)? = row[relation.name] else { continue }
            relation.modernize(&embedded)
            for secret in relation.secretFields { embedded[secret] = nil }
            row[relation.name] = .object(embedded)
        }
    }

    /// The body of a create or an update in the spelling that the server expects. It drops keys in any other spelling
    /// without a word and answers success.
    static func body<Record: HubRecord>(
        _ body: JSONObject,
        for type: Record.Type,
        server: ServerProfile
    ) -> JSONObject {
        var result = JSONObject()
        for (name, value) in body {
            let rename = type.renames.first { $0.name == name && $0.applies(to: server.version) }
            let spelled = server.naming.spelling(of: rename?.otherName ?? name)
            result[spelled] = rename?.translated(value) ?? value
        }
        return result
    }
}
