import ArgumentParser
import Foundation
import Logging
import PodSandbox
import ServiceLifecycle

/// `pod-sandbox serve`: runs the stand-ins until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the stand-ins, and write agent.yaml and credentials for an agent."
    )

    @Option(help: "Where agent.yaml, credentials and keys go.")
    var directory: String

    @Option(help: "The pod owner's username.")
    var owner = "acme"

    @Option(help: "The dataset's name.")
    var dataset = "heart-data"

    @Option(help: "A modeller who may use the dataset.")
    var modeller = "alice"

    @Option(help: "How the agent polls: credential or mailbox.")
    var pollStyle = AgentSettings.PollStyle.credential

    func run() async throws {
        let service = ServeService(command: self)
        try await ServiceGroup(
            services: [service],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "pod-sandbox")
        ).run()
    }
}

extension AgentSettings.PollStyle: ExpressibleByArgument {}

/// The stand-ins as a service that ends with the process.
private struct ServeService: Service {
    let command: ServeCommand

    func run() async throws {
        let directory = URL(filePath: command.directory, directoryHint: .isDirectory)
        let keys = try SandboxKeyStore(directory: directory.appending(path: "keys"))
        async let modellerKey = keys.key("modeller")
        var configuration = SandboxConfiguration(accessManagerKey: try await keys.key("access-manager").publicKey)
        configuration.owner = SandboxUser(command.owner)
        let signingKey = try await modellerKey
        try await withSandbox(configuration) { sandbox in
            var settings = AgentSettings()
            settings.datasets = [command.dataset]
            settings.pollStyle = command.pollStyle
            let agent = try AgentDirectory.write(to: directory, for: sandbox, settings)
            let modeller = sandbox.addModeller(command.modeller, signingKey: signingKey)
            let target = "\(command.owner)/\(command.dataset)"
            sandbox.accessManager.grant(AccessGrant(modeller: command.modeller, podIdentifier: target))
            print(
                """
                Hub               \(try sandbox.hub.url.absoluteString)
                Access Manager    \(try sandbox.accessManager.url.absoluteString)
                identity provider \(try sandbox.identityProvider.url.absoluteString)
                object storage    \(try sandbox.objectStorage.url.absoluteString)
                message service   \(sandbox.messageServiceURL.absoluteString)

                agent             pod-agent run --config \(agent.configuration.path)
                modeller          \(command.modeller), API key \(modeller.modeller.user.coreAPIKeyID) / \
                \(modeller.modeller.user.coreAPIKey), may use \(target)
                """
            )
            // Without a terminal the lines would stay in the buffer for as long as the sandbox runs.
            fflush(nil)
            try await gracefulShutdown()
        }
    }
}
