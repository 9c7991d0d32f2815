// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import FlameHub
import FlameNode

/// Who calls the Hub.
enum FlameIdentity: String, ExpressibleByArgument, CaseIterable {
    /// The node itself.
    case node
    /// The data owner of the configuration.
    case owner
}

/// Who calls the Hub, and how the result is shown.
struct FlameOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(name: .customLong("as"), help: "Who calls: the node, or flame.owner, who may do more.")
    var identity = FlameIdentity.node

    /// Does a command's work at the Hub.
    func withHub(_ work: (FlameSession) async throws -> Void) async throws {
        try await common.perform {
            let configuration = try common.load()
            LogOutput.bootstrap(configuration.log)
            try await Agent.withFlameHub(configuration, asOwner: identity == .owner, work)
        }
    }
}

extension CommonOptions {
    /// Has something done at this node, and says what became of it.
    func perform(_ action: FlameAction) async throws {
        try await perform {
            let configuration = try load()
            LogOutput.bootstrap(configuration.log)
            let outcome = try await Agent.perform(action, configuration)
            StandardOutput.write(outcome.message)
        }
    }
}
