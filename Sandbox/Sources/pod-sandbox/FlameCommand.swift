// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Logging
import PodSandbox
import ServiceLifecycle
import UnixSignals

/// `pod-sandbox flame`: only the FLAME Hubs, which are there at once because they need no keys.
struct FlameCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flame",
        abstract:
            "Run the stand-ins of a FLAME Hub of today and of hub 0.8, and write flame.json with how to use them.",
        discussion: """
            While it runs, GET /control/requests tells how many requests there were, and POST /control/changes with \
            {"count": n} changes n analysis-nodes.
            """
    )

    @Option(help: "Where flame.json goes.")
    var directory: String

    @Option(help: "How many analyses the node takes part in.")
    var analyses = 12

    func validate() throws {
        guard (0...1_000_000).contains(analyses) else { throw ValidationError("There can be 0 to 1000000 analyses.") }
    }

    func run() async throws {
        try await ServiceGroup(
            services: [FlameService(command: self)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "pod-sandbox")
        ).run()
    }

    /// How people use a Hub.
    static func lines(about flame: SandboxFlameHub) throws -> String {
        let node = flame.seed.node.account
        let owner = flame.seed.owner
        return """
            FLAME Hub \(flame.release.rawValue)  \(try flame.url.absoluteString) + /auth/, /core/, /storage/
              node            \(flame.seed.node.id) (\(flame.seed.node.name))
              \(flame.release == .v0_8 ? "robot " : "client")          \(node.id), secret \(node.secret)
              data owner      \(owner.name), password \(owner.secret), realm \(owner.realm)
            """
    }
}

/// The Hubs as a service that ends with the process.
private struct FlameService: Service {
    let command: FlameCommand

    func run() async throws {
        let directory = URL(filePath: command.directory, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var configuration = FlameHubConfiguration()
        configuration.size.analyses = command.analyses
        try await withFlameHub(configuration) { current in
            try await withFlameHub(.of(.v0_8)) { old in
                try FlameAccessFile.write(
                    ["current": current, "old": old],
                    to: directory.appending(path: "flame.json")
                )
                print(try FlameCommand.lines(about: current))
                print(try FlameCommand.lines(about: old))
                fflush(nil)
                try await gracefulShutdown()
            }
        }
    }
}
