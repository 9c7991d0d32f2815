import AgentDaemon
import ArgumentParser
import FlameHub

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
