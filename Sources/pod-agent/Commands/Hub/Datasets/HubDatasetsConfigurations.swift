import ArgumentParser
import Bitfount

/// `pod-agent hub datasets configurations`
struct HubDatasetsConfigurations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configurations",
        abstract: "The datasets of a compute cluster with the configurations that the Hub keeps for them.",
        discussion: "Datasets without a configuration are left out."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The compute cluster's id; the one that the API key belongs to if it is left out.")
    var cluster: String?

    private static let fields: [Field<ConfiguredDataset>] = [
        Field("identifier") { $0.dataset.identifier },
        Field("configurationLastUpdated") { $0.dataset.configurationLastUpdated },
        Field("configuration") { JSONValue.object($0.configuration) },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.configuredDatasets(ofComputeCluster: cluster), Self.fields)
        }
    }
}
