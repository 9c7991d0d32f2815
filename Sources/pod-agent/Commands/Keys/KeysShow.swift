import AgentDaemon
import ArgumentParser

/// `pod-agent keys show`
struct KeysShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the pod's public key, as it is registered with the Hub."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            print(try Agent.publicKey(configuration))
        }
    }
}
