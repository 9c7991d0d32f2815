// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import FlameNode
import Foundation

/// `pod-agent flame status`
struct FlameStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How old the mirror of the Hub is, and what is pending.",
        discussion: "Reads what is stored, whether or not the agent runs and the Hub answers."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<FlameStatus>] = [
        Field("node") { $0.nodeName ?? $0.nodeID },
        Field("node_id") { $0.nodeID },
        Field("hub_version") { $0.hubVersion },
        Field("clock_offset_seconds") { status in status.clockOffset.map { Int($0.rounded()) } },
        Field("last_success") { $0.lastSuccess?.formatted(.iso8601) },
        Field("age_seconds") { status in status.lastSuccess.map { Int(max(0, Date.now.timeIntervalSince($0))) } },
        Field("problem") { $0.problem },
        Field("alarms") { $0.alarms },
        Field("projects") { $0.projects },
        Field("pending_projects") { $0.pendingProjects },
        Field("analyses") { $0.analyses },
        Field("pending_analyses") { $0.pendingAnalyses },
        Field("active_analyses") { $0.activeAnalyses },
        Field("is_filling") { $0.isFilling },
        Field("unreadable_rows") { $0.unreadableRows },
        Field("waiting_writes") { $0.waitingWrites },
    ]

    func run() async throws {
        try await common.perform {
            let (reader, _) = try Agent.flameReader(common.load())
            try result.show(try await FlameStatus.read(reader), Self.fields)
        }
    }
}

/// `pod-agent flame key`
struct FlameKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The node's P-256 key.",
        subcommands: [Show.self, Publish.self]
    )

    /// `pod-agent flame key show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the node's public key as PEM, for the Hub's page of the node."
        )

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.perform { try StandardOutput.write(stored: Data(Agent.flameKey(common.load()).utf8)) }
        }
    }

    /// `pod-agent flame key publish`
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the node's public key to the Hub, in the place of another one.",
            discussion: "Needs flame.owner: the node itself may not set its key."
        )

        @OptionGroup var common: CommonOptions

        func run() async throws { try await common.perform(.publishKey) }
    }
}
