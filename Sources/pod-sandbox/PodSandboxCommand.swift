import ArgumentParser

/// `pod-sandbox`: the services that an agent talks to, on loopback.
@main
struct PodSandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod-sandbox",
        abstract: "Stand-ins of the Hub, the Access Manager, identity providers, storage and the message service.",
        subcommands: [
            ServeCommand.self, DemoCommand.self, LoadCommand.self, HeartbeatsCommand.self, CrashTestCommand.self,
        ]
    )
}
