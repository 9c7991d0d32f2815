// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount

/// `pod-agent hub clusters`
struct HubClusters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusters",
        abstract: "Compute clusters: which pods take the tasks of which datasets.",
        subcommands: [HubClustersCreate.self, HubClustersCheck.self, HubClustersLink.self]
    )
}

/// `pod-agent hub clusters create`
struct HubClustersCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a compute cluster of yours. Prints its id."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The cluster's name.")
    var name: String

    @Option(help: "One of your datasets to link to it at once, by its name without its owner; may be repeated.")
    var dataset: [String] = []

    func run() async throws {
        try await common.withServices { services in
            let id = try await services.hub.createComputeCluster(name, datasetNames: dataset)
            try result.show(id, [Field("id") { $0 }])
        }
    }
}

/// `pod-agent hub clusters check`
struct HubClustersCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Whether you have a compute cluster of that id.",
        discussion: "Exits with 66 if you have none."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The cluster's id.")
    var cluster: String

    func run() async throws {
        try await common.withServices { services in
            let exists = try await services.hub.computeClusterExists(cluster)
            guard exists else { throw AgentFailure(.input, "the Hub does not know the compute cluster \(cluster)") }
            try result.show(self, [Field("cluster") { $0.cluster }, Field("exists") { _ in true }])
        }
    }
}

/// `pod-agent hub clusters link`
struct HubClustersLink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Link datasets of yours to a compute cluster.",
        discussion: "A cluster that was made only just now may be unknown for some seconds; then try again."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The cluster's id.")
    var cluster: String

    @Argument(help: "The datasets' names, without their owner.")
    var datasets: [String]

    private static let fields: [Field<Self>] = [
        Field("cluster") { $0.cluster },
        Field("datasets") { $0.datasets },
    ]

    func run() async throws {
        try await common.withServices { services in
            try await services.hub.link(datasets, toComputeCluster: cluster)
            try result.show(self, Self.fields)
        }
    }
}
