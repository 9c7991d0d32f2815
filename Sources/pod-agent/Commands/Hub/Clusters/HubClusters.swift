import ArgumentParser

/// `pod-agent hub clusters`
struct HubClusters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusters",
        abstract: "Compute clusters: which pods take the tasks of which datasets.",
        subcommands: [HubClustersCreate.self, HubClustersCheck.self, HubClustersLink.self]
    )
}
