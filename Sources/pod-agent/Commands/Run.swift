// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Foundation

/// `pod-agent run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the daemon until it is stopped.",
        discussion: """
            With a pod it registers the datasets, sends heartbeats, takes tasks and decides them; with a FLAME node it keeps \
            that in step with its Hub. SIGTERM and SIGINT stop it gracefully. Services that are away are tried again for ever; \
            credentials that no configured network takes end it with 77.
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            LogOutput.bootstrap(configuration.log)
            try await Agent.run(configuration, environment: ProcessInfo.processInfo.environment)
        }
    }
}
