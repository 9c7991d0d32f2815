import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

/// `pod-agent hub compute register`
struct HubComputeRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Tell the Hub where this installation is in its own network; the Hub gives it a name."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The private IP address under which it can be reached.")
    var address: String

    @Option(help: "The compute cluster that it belongs to.")
    var cluster: String?

    private static let fields: [Field<ComputeIdentity>] = [
        Field("id") { $0.id },
        Field("domain") { $0.domain },
    ]

    func run() async throws {
        try await common.withServices { services in
            let identity = try await services.hub.registerCompute(
                instanceID: try Agent.instanceID(common.load(), environment: ProcessInfo.processInfo.environment),
                privateIPAddress: address,
                clusterID: cluster
            )
            try result.show(identity, Self.fields)
        }
    }
}
