import ArgumentParser
import Bitfount

/// `pod-agent hub datasets list`
struct HubDatasetsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The datasets of a compute cluster, or of the one that the API key belongs to."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The compute cluster's id.")
    var cluster: String?

    private static let fields: [Field<LinkedDataset>] = [
        Field("identifier") { $0.identifier },
        Field("configurationLastUpdated") { $0.configurationLastUpdated },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.linkedDatasets(ofComputeCluster: cluster), Self.fields)
        }
    }
}
