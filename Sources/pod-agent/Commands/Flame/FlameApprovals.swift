// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import FlameNode

/// `pod-agent flame approvals`
struct FlameApprovals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approvals",
        abstract: "Decisions about this node's parts in projects and analyses.",
        discussion: """
            Deciding needs flame.owner. A decision is recorded before it is sent, sent again after a crash, and refused when \
            the row changed after `approvals list` showed it.
            """,
        subcommands: [List.self, Approve.self, Reject.self]
    )

    /// `pod-agent flame approvals list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The parts that nobody decided about.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var result: ResultOptions

        @Flag(help: "Those that are rejected instead, to be decided about once more.")
        var rejected = false

        static let fields: [Field<FlameApproval>] = [
            Field("subject") { $0.subject.rawValue },
            Field("part") { $0.part },
            Field("of") { $0.of },
            Field("name") { $0.name },
            Field("locked") { $0.isLocked },
            Field("build_hash", inTable: false) { $0.shown.buildHash },
            Field("updated_at") { $0.shown.updatedAt },
        ]

        func run() async throws {
            try await common.perform {
                try result.show(
                    list: try await Agent.flameApprovals(common.load()).show(isRejected: rejected),
                    Self.fields
                )
            }
        }
    }

    /// `pod-agent flame approvals approve`
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Approve a part that was shown.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The id of the part, or of its project or analysis, as `approvals list` shows it.")
        var part: String

        @Option(help: "What to say about it.")
        var comment: String?

        func run() async throws { try await common.decide(part, isApproved: true, comment) }
    }

    /// `pod-agent flame approvals reject`
    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reject a part that was shown.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The id of the part, or of its project or analysis, as `approvals list` shows it.")
        var part: String

        @Option(help: "What to say about it.")
        var comment: String?

        func run() async throws { try await common.decide(part, isApproved: false, comment) }
    }
}

extension CommonOptions {
    /// Decides about a part as it was last shown.
    fileprivate func decide(_ part: String, isApproved: Bool, _ comment: String?) async throws {
        try await perform {
            let configuration = try load()
            LogOutput.bootstrap(configuration.log)
            let shown = try Agent.flameApprovals(configuration).shown(part)
            let outcome = try await Agent.perform(
                .decide(shown.subject, part: shown.part, isApproved: isApproved, comment: comment, shown: shown.shown),
                configuration
            )
            StandardOutput.write(outcome.message)
        }
    }
}
