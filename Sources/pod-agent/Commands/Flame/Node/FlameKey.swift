import AgentDaemon
import ArgumentParser

/// `pod-agent flame key`
struct FlameKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The node's P-256 key.",
        subcommands: [Show.self, Publish.self]
    )

    /// `pod-agent flame key show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the node's public key as PEM, for the Hub's page of the node."
        )

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.perform { print(try Agent.flameKey(common.load()), terminator: "") }
        }
    }

    /// `pod-agent flame key publish`
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the node's public key to the Hub, in the place of another one.",
            discussion: "Needs flame.owner: the node itself may not set its key."
        )

        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.perform(.publishKey) }
    }
}
