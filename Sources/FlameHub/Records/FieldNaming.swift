// SPDX-License-Identifier: Apache-2.0

/// How a service spells the names of fields (flame-hub.md, 8.1).
///
/// Detected for each service, never configured: see ``ServerProfile``.
public enum FieldNaming: String, Sendable {
    /// `createdAt`: Core and Storage from hub 0.13.0, Auth from Authup beta.54.
    case camelCase
    /// `created_at`: everything older.
    case snakeCase

    /// The name as the service spells it, for a name in its newest spelling; dotted names are spelled by segment.
    func spelling(of name: String) -> String {
        self == .camelCase ? name : Self.snakeCased(name)
    }

    private static func snakeCased(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase {
                result += "_" + character.lowercased()
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// The newest spelling of a name in either spelling.
    static func newest(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
        var result = ""
        var startsWord = false
        for character in name {
            if character == "_" {
                startsWord = !result.isEmpty
            } else {
                result += startsWord ? character.uppercased() : String(character)
                startsWord = false
            }
        }
        return result
    }

    /// The wire name of a Swift property: Swift writes `realmID`, the Hub `realmId`.
    static func wireName(ofProperty property: String) -> String {
        guard let last = property.utf8.last, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(last) else {
            return property
        }
        for (initialism, word) in [("ID", "Id"), ("URL", "Url"), ("URI", "Uri"), ("OS", "Os")]
        where property.hasSuffix(initialism) {
            return property.dropLast(initialism.count) + word
        }
        return property
    }
}
