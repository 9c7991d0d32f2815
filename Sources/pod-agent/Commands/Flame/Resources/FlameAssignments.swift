import AgentDaemon
import ArgumentParser
import FlameHub

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
            let (name, value) = try Self.halves(assignment)
            fields[name] = Self.value(value)
        }
        for assignment in setFromFile {
            let (name, path) = try Self.halves(assignment)
            fields[name] = .string(try InputFile.secret(path).reveal())
        }
        return fields
    }

    private static func halves(_ text: String) throws -> (String, String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw AgentFailure(.usage, "'\(text)' is not a field, an equals sign and a value")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// Words that are JSON are taken as JSON, all others as they stand.
    private static func value(_ text: String) -> JSONValue {
        (try? JSONValue(parsing: text.utf8)) ?? .string(text)
    }
}
