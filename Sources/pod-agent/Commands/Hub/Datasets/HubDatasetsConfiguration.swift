import ArgumentParser
import Bitfount

/// `pod-agent hub datasets configuration`
struct HubDatasetsConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "The configuration that the Hub keeps for a dataset.",
        discussion: "Exits with 66 if the Hub does not know the dataset or keeps none."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset, owner/name.")
    var identifier: PodIdentifier

    func run() async throws {
        try await common.withServices { services in
            // The Hub's other word for none is an empty one.
            let configuration = try await services.hub.configuration(of: identifier).flatMap { $0.count > 0 ? $0 : nil }
            try result.show(.object(configuration.orUnknown("a configuration of \(identifier)")))
        }
    }
}
