import ArgumentParser
import Bitfount

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
