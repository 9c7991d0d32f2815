import ArgumentParser

/// `pod-agent hub datasets`
struct HubDatasets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "Datasets that are linked to compute clusters, and the configurations that the Hub keeps for them.",
        subcommands: [HubDatasetsList.self, HubDatasetsConfiguration.self, HubDatasetsConfigurations.self]
    )
}
