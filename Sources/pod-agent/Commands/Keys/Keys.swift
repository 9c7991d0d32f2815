import ArgumentParser

/// `pod-agent keys`
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The pod's RSA key.",
        subcommands: [KeysShow.self, KeysCreate.self]
    )
}
