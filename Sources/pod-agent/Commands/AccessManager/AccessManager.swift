import ArgumentParser

/// `pod-agent am`
struct AccessManager: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "am",
        abstract: "Ask the Access Manager, as the configured user.",
        subcommands: [AccessManagerKey.self, AccessManagerChallenge.self, AccessManagerCheck.self]
    )
}
