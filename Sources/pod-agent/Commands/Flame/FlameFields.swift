// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import FlameHub
import StrictJSON

/// What a reply holds besides the usual.
struct FlameFieldOptions: ParsableArguments {
    @Option(help: "Related records to embed, separated by commas, or all.")
    var include: String?

    @Option(name: .customLong("field"), help: "A field that is sent only on demand, such as email; may be repeated.")
    var fieldNames: [String] = []

    func included<Record: HubRecord>(_ type: Record.Type) throws -> Include<Record> {
        guard let include else { return .none }
        if include == "all" { return .all }
        guard let relations = Include<Record>(names: include.split(separator: ",").map(String.init)) else {
            let offered = Record.relations.map(\.name).joined(separator: ", ")
            throw AgentFailure(
                .usage,
                "\(Record.collection) embeds \(offered.isEmpty ? "nothing" : offered), not \(include)"
            )
        }
        return relations
    }

    func extra<Record: HubRecord>(_ type: Record.Type) -> [ExtraField<Record>] {
        fieldNames.map { ExtraField($0.hasPrefix("+") ? String($0.dropFirst()) : $0) }
    }
}

/// The fields of a creation or a change.
struct FlameAssignments<Names: FlameFieldNames>: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A field and its value, such as hidden=true; null empties it. May be repeated.",
            discussion: "Fields: \(Names.names.joined(separator: ", "))."
        )
    )
    var assignments: [String] = []

    @Option(help: "A field and a file with its value, such as secret=PATH, for what must not be on a command line.")
    var setFromFile: [String] = []

    @Option(name: .customLong("json"), help: "A file with a JSON object of fields.", completion: .file())
    var file: String?

    func fields() throws -> JSONObject {
        var fields = try file.map(InputFile.object) ?? [:]
        for assignment in assignments {
            let (name, value) = try Self.split(assignment)
            fields[name] = Self.value(value, of: name)
        }
        for assignment in setFromFile {
            let (name, path) = try Self.split(assignment)
            fields[name] = .string(try InputFile.secret(path).reveal())
        }
        return fields
    }

    private static func split(_ text: String) throws -> (String, String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw AgentFailure(.usage, "'\(text)' is not a field, an equals sign and a value")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// Words that are JSON are taken as JSON, all others as they stand; for a field that holds text only null and a quoted
    /// text are.
    private static func value(_ text: String, of name: String) -> JSONValue {
        guard let value = try? JSONValue(parsing: text.utf8) else { return .string(text) }
        switch value {
        case .null, .string: return value
        default: return Names.isText(name) ? .string(text) : value
        }
    }
}

/// The fields that a body may have. Finding them out takes a while, so only the help and the commands that need them do.
protocol FlameFieldNames: SendableMetatype {
    /// Their wire names.
    static var names: [String] { get }
    /// Whether a field holds text.
    static func isText(_ name: String) -> Bool
}

/// The fields of a creation.
enum FlameCreationFields<Record: Creatable>: FlameFieldNames {
    static var names: [String] { Resource<Record>.creationFields }
    static func isText(_ name: String) -> Bool { Record.isText(field: name) }
}

/// The fields of a change.
enum FlameChangeableFields<Record: Updatable>: FlameFieldNames {
    static var names: [String] { Resource<Record>.changeableFields }
    static func isText(_ name: String) -> Bool { Record.isText(field: name) }
}
