import ArgumentParser

/// `pod-agent hub monitor`
struct HubMonitor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "The record of tasks that the Hub keeps for pods up to 9.0.0.",
        subcommands: [HubMonitorSend.self]
    )
}
