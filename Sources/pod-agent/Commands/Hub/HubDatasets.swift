// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import StrictJSON

/// `pod-agent hub datasets`
struct HubDatasets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "Datasets that are linked to compute clusters, and the configurations that the Hub keeps for them.",
        subcommands: [HubDatasetsList.self, HubDatasetsConfiguration.self, HubDatasetsConfigurations.self]
    )
}

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
        Field("configuration_last_updated") { $0.configurationLastUpdated },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.linkedDatasets(ofComputeCluster: cluster), Self.fields)
        }
    }
}

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
            try result.show(record: .object(configuration.orUnknown("a configuration of \(identifier)")))
        }
    }
}

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
        Field("configuration_last_updated") { $0.dataset.configurationLastUpdated },
        Field("configuration") { JSONValue.object($0.configuration) },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.configuredDatasets(ofComputeCluster: cluster), Self.fields)
        }
    }
}
