// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cryptography
import Foundation
import Logging
import PodSandbox
import ServiceLifecycle
import UnixSignals

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

    @Flag(help: "Let the agent be the node of the FLAME Hub, too.")
    var flame = false

    @Option(help: "How often the agent looks at the FLAME Hub.")
    var flameInterval = "30s"

    @Option(help: "How many analyses the node at the FLAME Hub takes part in.")
    var flameAnalyses = 12

    func validate() throws {
        guard (0...1_000_000).contains(flameAnalyses) else {
            throw ValidationError("There can be 0 to 1000000 analyses.")
        }
    }

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
        configuration.flameSize.analyses = command.flameAnalyses
        let signingKey = try await modellerKey
        try await withSandbox(configuration) { sandbox in
            try await withFlameHub(.of(.v0_8)) { old in try await serve(sandbox, old, directory, signingKey) }
        }
    }

    private func serve(
        _ sandbox: Sandbox,
        _ oldFlame: SandboxFlameHub,
        _ directory: URL,
        _ signingKey: RSAPrivateKey
    ) async throws {
        var settings = AgentSettings()
        settings.datasets = [command.dataset]
        settings.pollStyle = command.pollStyle
        settings.isFlameNode = command.flame
        settings.flameInterval = command.flameInterval
        let agent = try AgentDirectory.write(to: directory, for: sandbox, settings)
        let modeller = sandbox.addModeller(command.modeller, signingKey: signingKey)
        let target = "\(command.owner)/\(command.dataset)"
        sandbox.accessManager.grant(AccessGrant(modeller: command.modeller, podIdentifier: target))
        let flame = directory.appending(path: "flame.json")
        try FlameAccessFile.write(["current": sandbox.flame, "old": oldFlame], to: flame)
        print(
            """
            Hub               \(try sandbox.hub.url.absoluteString)
            Access Manager    \(try sandbox.accessManager.url.absoluteString)
            identity provider \(try sandbox.identityProvider.url.absoluteString)
            object storage    \(try sandbox.objectStorage.url.absoluteString)
            message service   \(sandbox.messageServiceURL.absoluteString)
            \(try FlameCommand.lines(about: sandbox.flame))
            \(try FlameCommand.lines(about: oldFlame))

            agent             pod-agent run --config \(agent.configuration.path)
            modeller          \(command.modeller), API key \(modeller.modeller.user.coreAPIKeyID) / \
            \(modeller.modeller.user.coreAPIKey), may use \(target)
            FLAME             all ids and accounts are in \(flame.path)
            """
        )
        // Without a terminal the lines would stay in the buffer for as long as the sandbox runs.
        fflush(nil)
        try await gracefulShutdown()
    }
}
