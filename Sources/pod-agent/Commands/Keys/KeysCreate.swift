import AgentDaemon
import ArgumentParser

/// `pod-agent keys create`
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make the pod's key pair, if there is none.",
        discussion:
            "An existing key is never replaced: modellers that know it would have to ask their user. Fails with 66 if there is one."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            print(try await Agent.createKey(configuration))
            if let file = configuration.pod?.keyFile { StandardError.write("key written to \(file.path)") }
        }
    }
}
