// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FlameHub

/// `pod-agent flame analysis-logs`
struct FlameAnalysisLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analysis-logs",
        abstract: "What the Hub logged about analyses.",
        subcommands: [List.self, Delete.self]
    )

    /// `pod-agent flame analysis-logs list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The lines of an analysis, newest first.")

        @OptionGroup var flame: FlameOptions
        @OptionGroup var result: ResultOptions
        @OptionGroup var lines: FlameLogLines

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        func run() async throws {
            try await flame.withHub { session in
                let found = try await session.core.analysisLogs.find(
                    analysis: analysis,
                    level: lines.level,
                    page: PageRequest(limit: lines.limit, offset: lines.offset)
                )
                try result.show(list: found, FlameLogLines.fields)
            }
        }
    }

    /// `pod-agent flame analysis-logs delete`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete all lines of an analysis.")

        @OptionGroup var flame: FlameOptions

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        func run() async throws {
            try await flame.withHub { session in
                try await session.core.analysisLogs.deleteAll(analysis: analysis)
                StandardOutput.write("deleted the log of \(analysis)")
            }
        }
    }
}

/// `pod-agent flame analysis-node-logs`
struct FlameAnalysisNodeLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analysis-node-logs",
        abstract: "What nodes logged about analyses.",
        subcommands: [List.self, Create.self, Delete.self]
    )

    /// `pod-agent flame analysis-node-logs list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The lines of a node about an analysis, newest first."
        )

        @OptionGroup var flame: FlameOptions
        @OptionGroup var result: ResultOptions
        @OptionGroup var lines: FlameLogLines

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        @Argument(help: "The id of the node.")
        var node: HubID<Node>

        func run() async throws {
            try await flame.withHub { session in
                let found = try await session.core.analysisNodeLogs.find(
                    analysis: analysis,
                    node: node,
                    level: lines.level,
                    page: PageRequest(limit: lines.limit, offset: lines.offset)
                )
                try result.show(list: found, FlameLogLines.fields)
            }
        }
    }

    /// `pod-agent flame analysis-node-logs create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a line.",
            discussion: "`flame analyses log` does the same for this node, and goes on trying."
        )

        @OptionGroup var flame: FlameOptions

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        @Argument(help: "The id of the node.")
        var node: HubID<Node>

        @Argument(help: "The text, 3 to 2,048 characters.")
        var message: String

        @Option(help: "How grave it is.")
        var level = LogLevel.info

        @Option(help: "A status, 3 to 64 characters; comes back as a label.")
        var status: String?

        @Option(help: "A code, 3 to 64 characters; comes back as a label.")
        var code: String?

        func run() async throws {
            var draft = AnalysisNodeLogs.Draft(
                analysisID: analysis,
                nodeID: node,
                level: level,
                message: message
            )
            draft.status = status
            draft.code = code
            let line = draft
            try await flame.withHub { session in
                try await session.core.analysisNodeLogs.create(line)
                StandardOutput.write("written")
            }
        }
    }

    /// `pod-agent flame analysis-node-logs delete`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete all lines of a node about an analysis.",
            discussion: "Hubs do not do it reliably."
        )

        @OptionGroup var flame: FlameOptions

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        @Argument(help: "The id of the node.")
        var node: HubID<Node>

        func run() async throws {
            try await flame.withHub { session in
                try await session.core.analysisNodeLogs.deleteAll(analysis: analysis, node: node)
                StandardOutput.write("deleted the log of \(analysis)")
            }
        }
    }
}

/// Which lines of a log, and how they are shown.
struct FlameLogLines: ParsableArguments {
    @Option(help: "Only lines of this level.")
    var level: LogLevel?

    @Option(help: "At most so many, 1 to 50.")
    var limit = 50

    @Option(help: "Skip so many.")
    var offset = 0

    static let fields: [Field<LogEntry>] = [
        Field("time") { $0.time },
        Field("level") { $0.level?.rawValue },
        Field("service") { $0.service },
        Field("channel", inTable: false) { $0.channel?.rawValue },
        Field("message") { $0.message },
        Field("labels", inTable: false) { entry in
            entry.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "")" }
        },
    ]
}
