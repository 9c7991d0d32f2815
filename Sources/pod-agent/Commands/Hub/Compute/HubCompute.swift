import ArgumentParser

/// `pod-agent hub compute`
struct HubCompute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "This installation's name at the Hub, and the certificate for it.",
        subcommands: [HubComputeRegister.self, HubComputeRequestCertificate.self, HubComputeCertificate.self]
    )
}
