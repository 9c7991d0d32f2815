import FlameNode
import AgentDaemon
import ArgumentParser
import FlameHub

/// `pod-agent flame RESOURCE get`
struct FlameGet<Collection: FlameCollection>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "get", abstract: "One record.", discussion: "Exits with 66 if there is none.")
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "Its id.")
    var id: HubID<Collection.Record>

    @OptionGroup var fields: FlameFieldOptions

    func run() async throws {
        try await flame.withHub { session in
            let row = try await Collection.resource(session).row(
                id,
                include: fields.included(Collection.Record.self),
                fields: fields.extra(Collection.Record.self)
            )
            FlameRowPrinter.show(try row.orUnknown("\(Collection.Record.collection) \(id)").raw, result.output)
        }
    }
}
