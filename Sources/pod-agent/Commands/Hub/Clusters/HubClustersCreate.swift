import ArgumentParser
import Bitfount

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
