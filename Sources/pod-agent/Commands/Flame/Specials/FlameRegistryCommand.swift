import ArgumentParser
import FlameHub

/// `pod-agent flame registries command`
struct FlameRegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "command",
        abstract: "Tell a registry to do something."
    )

    @OptionGroup var flame: FlameOptions

    @Argument(help: "The registry's id.")
    var id: HubID<Registry>

    @Argument(help: "What it is to do.")
    var command: RegistryCommand

    func run() async throws {
        try await flame.withHub { session in
            try await session.core.registries.send(command, to: id)
            print("told \(id) to \(command.rawValue)")
        }
    }
}
