// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `pod-agent hub`
struct Hub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the Hub, and tell it things, as the configured user.",
        discussion: "Everything that the Python package's typed interface offers, without Python.",
        subcommands: [
            HubPods.self, HubModels.self, HubKeys.self, HubProjects.self, HubDatasets.self, HubClusters.self,
            HubCompute.self, HubMonitor.self, HubHealthRecords.self,
        ]
    )
}
