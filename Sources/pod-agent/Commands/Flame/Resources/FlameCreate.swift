import FlameNode
import ArgumentParser
import FlameHub

/// `pod-agent flame RESOURCE create`
struct FlameCreate<Collection: FlameCollection>: AsyncParsableCommand where Collection.Record: Creatable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "create", abstract: "Create a record.")
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var assignments: FlameAssignments<FlameCreationFields<Collection.Record>>

    func run() async throws {
        try await flame.withHub { session in
            let row = try await Collection.resource(session).create(fields: assignments.fields())
            FlameRowPrinter.show(row.raw, result.output)
        }
    }
}
