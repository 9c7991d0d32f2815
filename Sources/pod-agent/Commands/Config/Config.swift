import ArgumentParser

/// `pod-agent config`
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the configuration.",
        subcommands: [ConfigCheck.self]
    )
}
