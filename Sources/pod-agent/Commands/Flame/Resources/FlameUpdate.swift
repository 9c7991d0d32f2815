import FlameNode
import ArgumentParser
import FlameHub

/// `pod-agent flame RESOURCE update`
struct FlameUpdate<Collection: FlameCollection>: AsyncParsableCommand where Collection.Record: Updatable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "update",
            abstract: "Change a record.",
            discussion: "Only the fields that are named change."
        )
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "Its id.")
    var id: HubID<Collection.Record>

    @OptionGroup var assignments: FlameAssignments<FlameChangeableFields<Collection.Record>>

    func run() async throws {
        try await flame.withHub { session in
            let row = try await Collection.resource(session).update(id, fields: assignments.fields())
            FlameRowPrinter.show(row.raw, result.output)
        }
    }
}
