// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import FlameNode
import Foundation

/// `pod-agent flame consent`
struct FlameConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "What the data owner consents to on this machine, besides the Hub's approval.",
        discussion: """
            An analysis may start only with consent. What is said about an analysis counts before what is said about its \
            project; what is not said follows flame.consent.
            """,
        subcommands: [List.self, Grant.self, Withdraw.self]
    )

    /// `pod-agent flame consent list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Everything that was said, oldest first.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var result: ResultOptions

        private static let fields: [Field<FlameConsent>] = [
            Field("subject") { $0.subject.kind.rawValue },
            Field("id") { $0.subject.id },
            Field("granted") { $0.isGranted },
            Field("by") { $0.by.rawValue },
            Field("at") { $0.at.formatted(.iso8601) },
        ]

        func run() async throws {
            try await common.perform {
                let (reader, _) = try Agent.flameReader(common.load())
                try result.show(list: try await reader.consents(), Self.fields)
            }
        }
    }

    /// `pod-agent flame consent grant`
    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Consent to a project or an analysis.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "What it is.")
        var subject: FlameAction.Subject

        @Argument(help: "Its id.")
        var id: String

        func run() async throws { try await common.perform(.consent(subject, id: id, isGranted: true)) }
    }

    /// `pod-agent flame consent withdraw`
    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take consent back, or refuse it.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "What it is.")
        var subject: FlameAction.Subject

        @Argument(help: "Its id.")
        var id: String

        func run() async throws { try await common.perform(.consent(subject, id: id, isGranted: false)) }
    }
}
