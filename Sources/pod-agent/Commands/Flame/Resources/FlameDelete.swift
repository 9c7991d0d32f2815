import ArgumentParser
import FlameHub

/// `pod-agent flame RESOURCE delete`
struct FlameDelete<Collection: FlameCollection>: AsyncParsableCommand where Collection.Record: Deletable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "delete", abstract: "Delete a record.")
    }

    @OptionGroup var flame: FlameOptions

    @Argument(help: "Its id.")
    var id: HubID<Collection.Record>

    func run() async throws {
        try await flame.withHub { session in
            try await Collection.resource(session).delete(id)
            print("deleted \(id)")
        }
    }
}
