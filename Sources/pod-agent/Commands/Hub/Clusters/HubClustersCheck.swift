import AgentDaemon
import ArgumentParser
import Bitfount

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
