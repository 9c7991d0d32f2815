import AgentDaemon
import ArgumentParser

/// `pod-agent config`
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the configuration.",
        subcommands: [ConfigCheck.self]
    )
}

/// `pod-agent config check`
struct ConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read the configuration and say what is wrong with it.",
        discussion: "Prints the first fault as file, line, key and what was expected, and exits with 78."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            print(
                "\(common.config): ok, \(configuration.pod.datasets.count) dataset(s) in pod \(configuration.pod.name)"
            )
        }
    }
}
