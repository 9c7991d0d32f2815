import ArgumentParser
import Bitfount
import Cryptography

/// `pod-agent hub pods key`
struct HubPodsKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The key to which modellers encrypt their tasks for a dataset.",
        discussion: "Printed as an OpenSSH line; JSON output has it as PEM too. Exits with 66 if the Hub knows none."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset, owner/name.")
    var identifier: PodIdentifier

    @Option(help: "The id of the project through which it is asked for.")
    var project: String?

    func run() async throws {
        try await common.withServices { services in
            let key = try await services.hub.podKey(identifier, project: project).orUnknown("a key of \(identifier)")
            try result.show(key)
        }
    }
}
